import { describe, expect, it } from "vitest";
import { BackendError } from "../backend-error.ts";
import { describeBackendFault } from "../backend-module.ts";
import type { BackendCapabilities } from "../capabilities.ts";
import type { CreateSnapshotRequest, Snapshot } from "../snapshot.ts";
import { createMemoryBackend, type MemoryBackendOptions, type MemoryFault, type MemoryWorld } from "./index.ts";

const disk = { location: "home", id: "disk-1" };
const labels = { "created-by": "k8s-snapshots" };

describe("the storage system in memory", () => {
  it("lets snapshots become ready as its clock goes, with no timer", async () => {
    const { backend, clock } = world({ snapshotDuration: () => 1000 });
    expect((await backend.createSnapshot(request("a"))).state).toBe("pending");
    clock.now += 999;
    expect(await states()).toEqual(["pending"]);
    clock.now += 1;
    expect(await states()).toEqual(["ready"]);

    async function states(): Promise<string[]> {
      return (await list(backend)).map(({ state }) => state);
    }
  });

  it("keeps a snapshot pending until told otherwise", async () => {
    const { backend, storage, clock } = world({ snapshotDuration: () => undefined });
    const snapshot = await backend.createSnapshot(request("a"));
    clock.now += 1e12;
    expect(storage.snapshot(snapshot)?.state).toBe("pending");
    storage.setState(snapshot, "failed");
    expect(storage.snapshot(snapshot)?.state).toBe("failed");
  });

  it("lags behind with its lists, in both directions", async () => {
    const { backend, storage, clock } = world({ capabilities: { listLagMs: 100 } });
    const snapshot = await backend.createSnapshot(request("a"));
    expect(await list(backend)).toEqual([]);
    clock.now += 100;
    expect(await list(backend)).toHaveLength(1);
    await backend.deleteSnapshot(snapshot);
    expect(storage.snapshot(snapshot)).toBeUndefined();
    expect(await list(backend)).toHaveLength(1);
    clock.now += 100;
    expect(await list(backend)).toEqual([]);
  });

  it("counts a list's requests a page", async () => {
    const { backend, storage } = world({ pageSize: 2 });
    for (const key of ["a", "b", "c", "d", "e"]) await backend.createSnapshot(request(key));
    expect(await list(backend)).toHaveLength(5);
    expect(storage.requests).toMatchObject({ createSnapshot: 5, listSnapshots: 3 });
  });

  it("finds an earlier creation by its label only if asked to look, and only in the list", async () => {
    const { backend, clock } = world({ idempotency: "label", capabilities: { listLagMs: 100 } });
    const first = await backend.createSnapshot(request("a"));
    const unseen = await backend.createSnapshot({ ...request("a"), mayExist: true });
    clock.now += 100;
    const found = await backend.createSnapshot({ ...request("a"), mayExist: true });
    const notLooked = await backend.createSnapshot(request("a"));
    expect(unseen.id).not.toBe(first.id);
    expect(found.id).toBe(unseen.id);
    expect(new Set([first.id, unseen.id, notLooked.id]).size).toBe(3);
    expect(found.labels["k8s-snapshots/idempotency-key"]).toBe("a");
  });

  it.each<[string, Partial<BackendCapabilities>, string]>([
    ["maxSnapshotsPerDisk", { maxSnapshotsPerDisk: 1 }, "limit-reached"],
    ["maxPendingPerDisk", { maxPendingPerDisk: 1 }, "limit-reached"],
    ["maxPendingPerLocation", { maxPendingPerLocation: 1 }, "limit-reached"],
    ["minIntervalMs", { minIntervalMs: 1 }, "throttled"],
  ])("refuses what goes beyond %s", async (_, capabilities, code) => {
    const { backend } = world({ capabilities, snapshotDuration: () => undefined });
    await backend.createSnapshot(request("a"));
    await expect(backend.createSnapshot(request("b"))).rejects.toMatchObject({ code });
  });

  it("lets the limits go once their reason is gone", async () => {
    const capabilities = { maxPendingPerDisk: 1, maxPendingPerLocation: 1, maxSnapshotsPerDisk: 2, minIntervalMs: 10 };
    const { backend, clock } = world({ capabilities, snapshotDuration: () => 10 });
    const first = await backend.createSnapshot(request("a"));
    clock.now += 10;
    await backend.createSnapshot(request("b"));
    await backend.deleteSnapshot(first);
    clock.now += 10;
    expect((await backend.createSnapshot(request("c"))).state).toBe("pending");
  });

  it("waits for half the latency on each way, through the delay it was given", async () => {
    const waits: number[] = [];
    const { backend } = world({ latencyMs: 30, delay: async (milliseconds) => void waits.push(milliseconds) });
    await backend.createSnapshot(request("a"));
    expect(waits).toEqual([15, 15]);
  });

  it("says that the outcome is unknown when it is aborted on the way back", async () => {
    const controller = new AbortController();
    let waits = 0;
    const delay = async (): Promise<void> => {
      waits += 1;
      if (waits === 2) controller.abort();
    };
    const { backend, storage } = world({ latencyMs: 30, delay });
    const call = backend.createSnapshot(request("a"), { signal: controller.signal });
    await expect(call).rejects.toMatchObject({ code: "aborted", outcome: "unknown" });
    expect([...storage.snapshots("home")]).toHaveLength(1);
  });
});

describe("what a scheduler learns from the storage system in memory", () => {
  it("is its date, with each answer and each refusal, and not with an answer that is lost", async () => {
    const faults: (MemoryFault | undefined)[] = [{ loseAnswer: true }, undefined, undefined];
    const { backend, clock } = world({ faults: () => faults.shift() });
    const dates: number[] = [];
    const options = { onDate: (date: Date) => void dates.push(date.getTime() - clock.now) };
    await expect(backend.createSnapshot(request("a"), options)).rejects.toMatchObject({ code: "unavailable" });
    expect(dates).toEqual([]);
    await backend.createSnapshot(request("a"), options);
    const missing = { ...request("b"), disk: { location: "home", id: "missing" } };
    await expect(backend.createSnapshot(missing, options)).rejects.toMatchObject({ code: "not-found" });
    expect(dates).toEqual([0, 0]);
  });

  it("is no date where it sends none", async () => {
    const { backend } = world({ sendsDate: false });
    await backend.createSnapshot(request("a"), { onDate: () => expect.unreachable() });
  });

  it("are records that make no sense, and no limit is lifted by them", async () => {
    const { backend, storage } = world({ capabilities: { minIntervalMs: 10 } });
    await backend.createSnapshot(request("a"));
    storage.addSnapshot({ disk, labels, createdAt: new Date(Number.NaN), state: "unknown" });
    storage.addSnapshot({ disk: { location: "home", id: "" }, labels, state: "unknown" });
    expect((await list(backend)).map(({ state }) => state)).toEqual(["ready", "unknown", "unknown"]);
    await expect(backend.createSnapshot(request("b"))).rejects.toMatchObject({ code: "throttled", scope: "disk" });
  });

  it("is a quota of the account when it is reached, whosever the snapshots are", async () => {
    const { backend, storage } = world({ accountLimit: 2, capabilities: { listLagMs: 100 } });
    const other = storage.addDisk({ location: "home", id: "disk-2" });
    storage.addSnapshot({ disk: other });
    const first = await backend.createSnapshot(request("a"));
    const refused = backend.createSnapshot(request("b"));
    await expect(refused).rejects.toMatchObject({ code: "limit-reached", scope: "account" });
    await backend.deleteSnapshot(first);
    await backend.createSnapshot(request("b"));
  });

  it("is a lock when it deletes", async () => {
    const { backend, storage } = world();
    const snapshot = await backend.createSnapshot(request("a"));
    storage.setLocked(snapshot, true);
    await expect(backend.deleteSnapshot(snapshot)).rejects.toMatchObject({ code: "locked", scope: "snapshot" });
    storage.setLocked(snapshot, false);
    await backend.deleteSnapshot(snapshot);
    expect(await backend.readSnapshot?.(snapshot)).toBeUndefined();
  });
});

describe("the faults of the storage system in memory", () => {
  it("can fail a call before anything is done", async () => {
    const { backend, storage } = withFault({ before: new BackendError("throttled", "slow down") });
    await expect(backend.createSnapshot(request("a"))).rejects.toMatchObject({ code: "throttled" });
    expect([...storage.snapshots("home")]).toEqual([]);
  });

  it("can lose the answer to what was done", async () => {
    const { backend, storage } = withFault({ loseAnswer: true });
    await expect(backend.createSnapshot(request("a"))).rejects.toMatchObject({ outcome: "unknown" });
    expect([...storage.snapshots("home")]).toHaveLength(1);
  });

  it("can fail a list half-way", async () => {
    const { backend, storage } = withFault({ failAfterPages: 1 }, { pageSize: 1 });
    storage.addSnapshot({ disk, labels });
    storage.addSnapshot({ disk, labels });
    const seen: Snapshot[] = [];
    await expect(async () => {
      for await (const snapshot of backend.listSnapshots({ location: "home", labels })) seen.push(snapshot);
    }).rejects.toMatchObject({ code: "unavailable" });
    expect(seen).toHaveLength(1);
  });

  it("can let a snapshot fail in the end", async () => {
    const { backend, storage, clock } = withFault({ failSnapshot: true, pendingMs: 10 });
    const snapshot = await backend.createSnapshot(request("a"));
    clock.now += 10;
    expect(storage.snapshot(snapshot)?.state).toBe("failed");
  });
});

it.each([{}, { restore: false }, { read: false }, { setLabels: false }])(
  "is a backend as the daemon wants it, with the capabilities %j",
  (capabilities) => {
    expect(describeBackendFault(createMemoryBackend({ capabilities }).backend)).toBeUndefined();
  },
);

function world(options: MemoryBackendOptions = {}): MemoryWorld & { clock: { now: number } } {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const made = createMemoryBackend({ now: () => new Date(clock.now), ...options });
  made.storage.addDisk(disk);
  return { ...made, clock };
}

function withFault(fault: MemoryFault, options: MemoryBackendOptions = {}): ReturnType<typeof world> {
  return world({ faults: () => fault, ...options });
}

function request(idempotencyKey: string): CreateSnapshotRequest {
  return { disk, name: "snapshot", description: "", labels, idempotencyKey };
}

function list(backend: MemoryWorld["backend"]): Promise<Snapshot[]> {
  return Array.fromAsync(backend.listSnapshots({ location: "home", labels }));
}
