import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SnapshotsClient } from "@google-cloud/compute/build/src/v1/snapshots_client.js";
import { createBackend } from "@k8s-snapshots/backend-gce";
import { type GceEmulator, startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { OAuth2Client } from "google-auth-library";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { runGcloudCompute } from "./harness/run-gcloud.ts";

const { gcloud } = inject("programs");
const project = "emulated-project";
const zone = "europe-west1-b";

describe.skipIf(gcloud === undefined)("gcloud against the emulator of Compute Engine", () => {
  let emulator: GceEmulator;
  let folder: string;

  beforeAll(async () => {
    emulator = await startGceEmulator({ pageSize: 2 });
    folder = await mkdtemp(join(tmpdir(), "gcloud-"));
  });

  afterAll(async () => {
    await removeFolder(folder);
    // Fails if gcloud or the emulator said anything that Google's description lacks.
    await emulator.close();
  });

  test("creates a disk and snapshots of it", async () => {
    await compute("disks", "create", "data", "--zone", zone, "--size", "10GB");
    const of = ["--source-disk", "data", "--source-disk-zone", zone];
    for (const name of ["first", "second"]) {
      await compute("snapshots", "create", name, ...of, "--labels", "created-by=k8s-snapshots");
    }
    await compute("disks", "snapshot", "data", "--zone", zone, "--snapshot-names", "third");
    const seen = emulator.store.snapshots(project).map(({ name, labels }) => ({ name, labels }));
    const labels = { "created-by": "k8s-snapshots" };
    expect(seen).toEqual([
      { name: "first", labels },
      { name: "second", labels },
      { name: "third", labels: {} },
    ]);
  });

  test("lists what Google's SDK lists", async () => {
    const listed = await compute("snapshots", "list");
    expect(listed.map(({ name, id, status }) => ({ name, id, status }))).toEqual(await listWithSdk());
    expect(listed).toHaveLength(3);
  });

  test.each([
    ["labels.created-by=k8s-snapshots", ["first", "second"]],
    ["name=second", ["second"]],
    ["status=READY AND name!=first", ["second", "third"]],
    ["creationTimestamp<2000-01-01", []],
  ])("lists with the filter %s", async (filter, expected) => {
    const listed = await compute("snapshots", "list", "--filter", filter);
    expect(listed.map(({ name }) => name)).toEqual(expected);
  });

  test("describes a snapshot", async () => {
    const { id } = emulator.store.disk({ project, zone, name: "data" });
    const [described] = await compute("snapshots", "describe", "first");
    expect(described).toMatchObject({ name: "first", status: "READY", sourceDiskId: id, diskSizeGb: "10" });
  });

  test("labels a snapshot", async () => {
    await compute("snapshots", "add-labels", "third", "--labels", "keep=true");
    expect(emulator.store.snapshots(project).find(({ name }) => name === "third")?.labels).toEqual({ keep: "true" });
  });

  test("sees what the backend sees", async () => {
    const environment = { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: emulator.url, GCLOUD_PROJECT: project };
    const backend = await createBackend({ environment });
    const labels = { "created-by": "k8s-snapshots" };
    const seen = await Array.fromAsync(backend.listSnapshots({ location: project, labels }));
    await backend.close?.();
    const listed = await compute("snapshots", "list", "--filter", "labels.created-by=k8s-snapshots");
    expect(seen).toHaveLength(2);
    expect(seen.map((each) => [each.name, each.diskId.split("/").at(-1), each.createdAt.getTime()])).toEqual(
      listed.map((each) => [each["name"], each["sourceDiskId"], Date.parse(String(each["creationTimestamp"]))]),
    );
  });

  test("creates disks from a snapshot, of a zone and of a region", async () => {
    await compute("disks", "create", "copy", "--zone", zone, "--source-snapshot", "first");
    const zones = ["--replica-zones", "europe-west1-b,europe-west1-c"];
    await compute("disks", "create", "wide", "--region", "europe-west1", ...zones, "--source-snapshot", "first");
    const disks = await compute("disks", "list");
    expect(disks.map(({ name }) => name).toSorted()).toEqual(["copy", "data", "wide"]);
  });

  test("deletes a snapshot", async () => {
    await compute("snapshots", "delete", "second");
    expect((await listWithSdk()).map(({ name }) => name)).toEqual(["first", "third"]);
  });

  test("shows refusals in Google's words", async () => {
    await expect(compute("snapshots", "describe", "second")).rejects.toThrow(/snapshots\/second' was not found/);
    emulator.rules.deny("compute.snapshots.delete");
    await expect(compute("snapshots", "delete", "first")).rejects.toThrow(/Required 'compute\.snapshots\.delete'/);
  });

  function compute(...command: string[]): Promise<Record<string, unknown>[]> {
    return runGcloudCompute({ program: gcloud as string, url: emulator.url, project, folder }, ...command);
  }

  async function listWithSdk(): Promise<{ name: unknown; id: unknown; status: unknown }[]> {
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: "not-a-real-token", expiry_date: Date.now() + 3_600_000 });
    const port = Number(new URL(emulator.url).port);
    const client = new SnapshotsClient({ apiEndpoint: "127.0.0.1", port, protocol: "http", authClient });
    const listed = await Array.fromAsync(client.listAsync({ project }, { timeout: 5000 }));
    await client.close();
    return listed.map(({ name, id, status }) => ({ name, id, status }));
  }
});
