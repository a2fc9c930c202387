import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../test/virtual-clock.ts";
import type { CallOptions } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { CreateSnapshotRequest } from "../snapshot.ts";
import type { SnapshotChange } from "../snapshot-change.ts";
import { createMemoryBackend, type MemoryBackendOptions, type MemoryWorld } from "./index.ts";

const disk = { location: "home", id: "disk-1" };
const labels = { "created-by": "k8s-snapshots" };
const started = { type: "started" };

describe("a watch of the storage system in memory", () => {
  it("shows each snapshot at once as it is made, and as it settles when the clock gets there", async () => {
    const { backend, clock, watch } = world({ snapshotDuration: () => 1000, capabilities: { listLagMs: 5000 } });
    const changes = watch();
    expect(await next(changes)).toEqual(started);
    const snapshot = await backend.createSnapshot(request("a"));
    expect(await next(changes)).toEqual({ type: "changed", snapshot });
    const settled = next(changes);
    await setImmediate();
    clock.advance(999);
    await setImmediate();
    clock.advance(1);
    expect(await settled).toMatchObject({ type: "changed", snapshot: { id: snapshot.id, state: "ready" } });
  });

  it("shows one that was pending before it started as that settles", async () => {
    const { backend, clock, watch } = world({ snapshotDuration: () => 1000 });
    const snapshot = await backend.createSnapshot(request("a"));
    const changes = watch();
    await next(changes);
    const settled = next(changes);
    clock.advance(1000);
    expect(await settled).toMatchObject({ type: "changed", snapshot: { id: snapshot.id, state: "ready" } });
  });

  it("shows several changes of one snapshot as the last, and nothing of one that came and went", async () => {
    const { backend, storage, watch } = world();
    const changes = watch();
    await next(changes);
    const [first, second] = [await backend.createSnapshot(request("a")), await backend.createSnapshot(request("b"))];
    await backend.deleteSnapshot(first);
    storage.setState(second, "failed");
    expect(await next(changes)).toMatchObject({ type: "changed", snapshot: { id: second.id, state: "failed" } });
    await backend.deleteSnapshot(second);
    expect(await next(changes)).toEqual({ type: "deleted", snapshot: { id: second.id, location: "home" } });
  });

  it("shows one that loses its labels as deleted, and one that gains them as changed", async () => {
    const { backend, storage, watch } = world();
    const snapshot = await backend.createSnapshot(request("a"));
    const changes = watch();
    await next(changes);
    storage.setLabels(snapshot, {});
    expect(await next(changes)).toMatchObject({ type: "deleted", snapshot: { id: snapshot.id } });
    storage.setLabels(snapshot, { ...labels, more: "yes" });
    expect(await next(changes)).toMatchObject({ type: "changed", snapshot: { labels: { more: "yes" } } });
  });

  it("is one request, counted as it starts, and waits for nothing once it is over", async () => {
    const { backend, storage, clock, watch } = world({ snapshotDuration: () => 1000 });
    await backend.createSnapshot(request("a"));
    const controller = new AbortController();
    const changes = watch({ signal: controller.signal });
    expect(storage.requests.watchSnapshots).toBe(0);
    await next(changes);
    const waiting = next(changes);
    await setImmediate();
    expect(clock.waiting).toBe(1);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
    expect([clock.waiting, storage.requests.watchSnapshots]).toEqual([0, 1]);
  });

  it("does not spin where the delay does not wait and the clock stands", async () => {
    const { backend, watch } = world({ snapshotDuration: () => 1000, delay: async () => {} });
    await backend.createSnapshot(request("a"));
    const changes = watch();
    await next(changes);
    const waiting = next(changes);
    await setImmediate();
    const snapshot = await backend.createSnapshot(request("b"));
    expect(await waiting).toEqual({ type: "changed", snapshot });
  });

  it("needs its permission", async () => {
    const { storage, watch } = world();
    storage.denied.add("memory.snapshots.watch");
    await expect(next(watch())).rejects.toMatchObject({ code: "forbidden", scope: "location" });
  });

  it("can be ended from inside, also with an error", async () => {
    const { storage, watch } = world();
    const [first, second] = [watch(), watch()];
    await Promise.all([next(first), next(second)]);
    const ended = next(first);
    storage.endWatches();
    expect(await ended).toBeUndefined();
    storage.endWatches(new BackendError("unavailable", "the connection is gone"));
    await expect(next(second)).rejects.toMatchObject({ code: "unavailable" });
  });

  it.each([
    ["ends", undefined],
    ["breaks", new BackendError("unavailable", "the connection is gone")],
  ])("%s after as many changes as a fault says", async (_, watchError) => {
    const { backend, watch } = world({ faults: () => ({ endAfterChanges: 1, ...(watchError && { watchError }) }) });
    const changes = watch();
    await next(changes);
    await backend.createSnapshot(request("a"));
    await backend.createSnapshot(request("b"));
    expect(await next(changes)).toMatchObject({ type: "changed" });
    const last = next(changes);
    if (watchError) await expect(last).rejects.toBe(watchError);
    else expect(await last).toBeUndefined();
  });
});

interface WatchWorld extends MemoryWorld {
  readonly clock: VirtualClock;
  watch(options?: CallOptions): AsyncIterator<SnapshotChange>;
}

function world(options: MemoryBackendOptions = {}): WatchWorld {
  const clock = new VirtualClock();
  const delay = (milliseconds: number, signal?: AbortSignal) => clock.delay(milliseconds, signal);
  const made = createMemoryBackend({ now: () => new Date(clock.now), delay, ...options });
  made.storage.addDisk(disk);
  const { watchSnapshots } = made.backend;
  if (!watchSnapshots) throw new Error("there is no watchSnapshots");
  const watch: WatchWorld["watch"] = (call) =>
    watchSnapshots({ location: "home", labels }, call)[Symbol.asyncIterator]();
  return { ...made, clock, watch };
}

async function next(changes: AsyncIterator<SnapshotChange>): Promise<SnapshotChange | undefined> {
  const { done, value } = await changes.next();
  return done ? undefined : value;
}

function request(idempotencyKey: string): CreateSnapshotRequest {
  return { disk, name: "snapshot", description: "", labels, idempotencyKey };
}
