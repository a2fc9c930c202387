import { createBackend } from "@k8s-snapshots/backend-do";
import {
  type DigitalOceanEmulator,
  EMULATOR_TOKEN,
  startDigitalOceanEmulator,
} from "@k8s-snapshots/emulator-digitalocean";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type GodoObject, runGodo } from "./harness/run-godo.ts";

const { godo } = inject("programs");
const labels = { "created-by": "k8s-snapshots" };

describe.skipIf(godo === undefined)("the vendor's Go library", () => {
  let cloud: DigitalOceanEmulator;

  beforeAll(async () => {
    cloud = await startDigitalOceanEmulator({ pageSize: 2, snapshotIntervalMs: 0 });
  });

  afterAll(() => cloud?.close());

  test("creates volumes and snapshots, and lists them through several pages", async () => {
    for (const name of ["a", "b", "c"]) await run("create-volume", name, "fra1", "10");
    const volumes = await run("volumes");
    expect(volumes.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    for (const { id, name } of volumes) {
      const [made] = await run("create-snapshot", id, `of-${name}`, "created-by:k8s-snapshots", "k8s-snapshots_rule:a");
      expect(made?.tags).toEqual(["created-by:k8s-snapshots", "k8s-snapshots_rule:a"]);
    }
    expect((await run("snapshots")).map(({ name }) => name)).toEqual(["of-a", "of-b", "of-c"]);
  });

  test("sees what the backend sees, and what the emulator holds", async () => {
    const backend = await openBackend();
    const seen = await Array.fromAsync(backend.listSnapshots({ location: "account", labels }));
    const byId = (a: { id: string }, b: { id: string }): number => a.id.localeCompare(b.id);
    const printed = await run("snapshots");
    expect(seen.map(({ id, name, diskId }) => ({ id, name, diskId })).toSorted(byId)).toEqual(
      printed.map(({ id, name, resource_id }) => ({ id, name, diskId: resource_id })).toSorted(byId),
    );
    expect(cloud.storage.snapshots.map(({ id }) => id)).toEqual(printed.map(({ id }) => id));
    expect(seen.every((each) => each.labels["k8s-snapshots/rule"] === "a")).toBe(true);
  });

  test("tags a snapshot as held, which the backend reads", async () => {
    const [{ id } = { id: "" }] = await run("snapshots");
    await run("tag-snapshot", id, "k8s-snapshots_hold:true");
    const backend = await openBackend();
    const seen = await Array.fromAsync(backend.listSnapshots({ location: "account", labels }));
    expect(seen.find((snapshot) => snapshot.id === id)?.labels["k8s-snapshots/hold"]).toBe("true");
  });

  test("sees a snapshot that the backend has made, restores it and deletes it", async () => {
    const backend = await openBackend();
    const disk = await backend.diskForSpec({ volumeName: "b" });
    const { id } = await backend.createSnapshot({
      disk,
      name: "nightly",
      description: "",
      labels: { ...labels, "k8s-snapshots/deltas": "PT1H P1D" },
      idempotencyKey: "key-1",
    });
    const made = (await run("snapshots")).find((snapshot) => snapshot.id === id);
    expect(made).toMatchObject({ resource_id: disk.id, name: expect.stringMatching(/^nightly-[0-9a-f]{10}$/) });
    const [restored] = await run("create-volume", "restored", "fra1", "10", id);
    expect((await run("volumes")).map((volume) => volume.id)).toContain(restored?.id);
    await run("delete-snapshot", id);
    await expect(run("delete-snapshot", id)).rejects.toThrow("404");
    await backend.deleteSnapshot({ id, location: "account" });
  });

  test("is refused without the right token, as the backend is", async () => {
    await expect(runGodo(godo ?? "", { url: cloud.url, token: "wrong" }, "volumes")).rejects.toThrow("401");
    const backend = await openBackend("wrong");
    await expect(backend.checkAccess("account")).rejects.toMatchObject({ code: "unauthenticated" });
  });

  async function run(...command: string[]): Promise<GodoObject[]> {
    return runGodo(godo ?? "", { url: cloud.url, token: EMULATOR_TOKEN }, ...command);
  }

  async function openBackend(token = EMULATOR_TOKEN): Promise<Awaited<ReturnType<typeof createBackend>>> {
    return createBackend({ environment: { DIGITALOCEAN_ACCESS_TOKEN: token, DIGITALOCEAN_API_URL: cloud.url } });
  }
});
