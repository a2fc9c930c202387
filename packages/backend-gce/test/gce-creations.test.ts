import type { Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { type GceEmulator, startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createBackend } from "../src/index.ts";

const disk = { project: "emulated-project", zone: "europe-west1-b", name: "data" };
const labels = { "created-by": "k8s-snapshots" };
const quota = { code: "QUOTA_EXCEEDED", message: "Quota 'SNAPSHOTS' exceeded. Limit: 5000.0 globally." };
const inGooglesWords = `limit-reached: "Quota 'SNAPSHOTS' exceeded. Limit: 5000.0 globally." (QUOTA_EXCEEDED)`;

let time: number;
let cloud: GceEmulator;
let backend: SnapshotBackend;

beforeEach(async () => {
  time = Date.parse("2026-11-27T12:00:00Z");
  cloud = await startGceEmulator({ now: () => time, pageSize: 2, durations: { pending: 1_000, operation: 2_000 } });
  cloud.store.createDisk(disk);
  backend = await open();
});

afterEach(async () => {
  await backend.close?.();
  await cloud.close();
});

describe("gce-1: an operation that fails after it was accepted", () => {
  test("shows as a failed snapshot with Google's words, once it has failed", async () => {
    cloud.faults.failOperation({ method: "snapshots.insert" }, quota);
    const accepted = await create("a");
    expect(accepted.state).toBe("pending");
    time += 1_500;
    expect(await list()).toEqual([]);
    time += 1_500;
    expect(await list()).toEqual([{ ...accepted, state: "failed", failure: inGooglesWords }]);
  });

  test("is shown until it is deleted, and its operation is looked for once", async () => {
    cloud.faults.failOperation({ method: "snapshots.insert" }, quota);
    const { id, location } = await create("a");
    time += 3_000;
    await list();
    expect(await list()).toMatchObject([{ id, state: "failed" }]);
    expect(looks()).toBe(1);
    await backend.deleteSnapshot({ id, location });
    expect(await list()).toEqual([]);
  });

  test("is found among those of other snapshots, which are told apart", async () => {
    const codes = ["QUOTA_EXCEEDED", "RESOURCE_OPERATION_RATE_EXCEEDED", "RESOURCE_NOT_READY"];
    for (const code of codes) cloud.faults.failOperation({ method: "snapshots.insert" }, { code });
    for (const key of [...codes, "sound"]) await create(key);
    time += 5_000;
    const failures = Object.fromEntries((await list()).map(({ labels: own, failure }) => [own["key"], failure]));
    expect(failures).toEqual({
      QUOTA_EXCEEDED: expect.stringMatching(/^limit-reached: .*\(QUOTA_EXCEEDED\)$/),
      RESOURCE_OPERATION_RATE_EXCEEDED: expect.stringMatching(/^throttled: /),
      RESOURCE_NOT_READY: expect.stringMatching(/^in-use: /),
      sound: undefined,
    });
  });
});

test("a creation that goes well costs no look at operations", async () => {
  await create("a");
  for (const state of ["pending", "pending", "ready", "ready"]) {
    expect(await list()).toMatchObject([{ state }]);
    time += 2_000;
  }
  expect(looks()).toBe(0);
});

test("a snapshot that has FAILED is listed, its operation looked for once, after a restart too", async () => {
  cloud.store.keepPending();
  const { id } = await create("a");
  cloud.store.finish(disk.project, id, "FAILED");
  backend = await open();
  expect(await list()).toMatchObject([{ id, state: "failed" }]);
  expect(await list()).toMatchObject([{ id, state: "failed" }]);
  expect(looks()).toBe(1);
});

test("a list is whole without the operations, where they must not be read", async () => {
  cloud.rules.deny("compute.globalOperations.list");
  cloud.faults.failOperation({ method: "snapshots.insert" }, quota);
  await create("a");
  const { id } = await create("b");
  time += 5_000;
  expect(await list()).toMatchObject([{ id, state: "ready" }]);
});

test("a list of other labels shows none of them", async () => {
  cloud.faults.failOperation({ method: "snapshots.insert" }, quota);
  await create("a");
  time += 5_000;
  const others = { "created-by": "somebody-else" };
  expect(await Array.fromAsync(backend.listSnapshots({ location: disk.project, labels: others }))).toEqual([]);
});

async function open(): Promise<SnapshotBackend> {
  const environment = { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url, GCLOUD_PROJECT: disk.project };
  return createBackend({ environment });
}

async function create(key: string): Promise<Snapshot> {
  return backend.createSnapshot({
    disk: await backend.diskForSpec({ name: disk.name, zone: disk.zone }),
    name: "data",
    description: "",
    labels: { ...labels, key },
    idempotencyKey: key.toLowerCase().replaceAll("_", "-"),
  });
}

function list(): Promise<Snapshot[]> {
  return Array.fromAsync(backend.listSnapshots({ location: disk.project, labels }));
}

function looks(): number {
  return cloud.requests.list().filter(({ method }) => method === "globalOperations.list").length;
}
