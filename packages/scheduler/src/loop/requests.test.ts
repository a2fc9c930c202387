import { BackendError, type Disk } from "@k8s-snapshots/backend-api";
import type { MemoryBackendOptions } from "@k8s-snapshots/backend-api/memory";
import { describe, expect, it } from "vitest";
import { disk, HOUR, MINUTE, ruleOf } from "../../test/support/disk-view.ts";
import { SchedulerWorld } from "../../test/support/scheduler-world.ts";
import type { Rule } from "../index.ts";

const SECOND = 1_000;

function ruleFor(id: string, location = disk.location): Rule {
  return ruleOf("PT1H PT4H", { id, disk: { location, id } });
}

const five = ["a", "b", "c", "d", "e"].map((id) => ruleFor(id));

/** A world in which the first call of that operation, for that disk if one is named, is never answered. */
function hangingWorld(operation: string, diskId?: string): SchedulerWorld {
  const world = new SchedulerWorld();
  let hung = false;
  world.fault = (call) => {
    const picked = call.operation === operation && (diskId === undefined || diskOf(call.request)?.id === diskId);
    if (hung || !picked) return undefined;
    hung = true;
    return { latencyMs: Number.POSITIVE_INFINITY };
  };
  return world;
}

function diskOf(request: unknown): Disk | undefined {
  return (request as { readonly disk?: Disk }).disk;
}

/** The most creations that were under way at once, by what the scheduler said. */
function mostUnderWay({ events }: SchedulerWorld): number {
  let now = 0;
  let most = 0;
  for (const { type } of events) {
    if (type === "snapshot.start") now++;
    if (type === "snapshot.accepted" || type === "snapshot.error") now--;
    most = Math.max(most, now);
  }
  return most;
}

describe("a call that hangs", () => {
  it("is given up after the limit, while other disks go on, and tried again", async () => {
    const world = hangingWorld("createSnapshot", "a");
    await world.start([ruleFor("a"), ruleFor("b")], { callLimitMs: 30 * SECOND });
    await world.advance(29 * SECOND);
    expect(world.eventsOf("snapshot.error")).toEqual([]);
    expect(world.count(ruleFor("b").disk)).toBe(1);
    await world.advance(2 * SECOND);
    expect(world.eventsOf("snapshot.error")).toMatchObject([
      { disk: { id: "a" }, error: { code: "unavailable", outcome: "unknown" } },
    ]);
    await world.advance(MINUTE);
    expect(world.count(ruleFor("a").disk)).toBe(1);
  });

  it("is given ten times as long if it is a list", async () => {
    const world = hangingWorld("listSnapshots");
    await world.start([ruleFor("a")], { callLimitMs: 30 * SECOND });
    await world.advance(299 * SECOND);
    expect(world.eventsOf("location.error")).toEqual([]);
    await world.advance(2 * SECOND);
    expect(world.eventsOf("location.error")).toMatchObject([{ location: "home", error: { code: "unavailable" } }]);
    await world.advance(MINUTE);
    expect(world.count(ruleFor("a").disk)).toBe(1);
  });

  it("does not keep the other deletions of its disk from being carried out", async () => {
    const world = hangingWorld("deleteSnapshot");
    world.addHourly(disk, 10, HOUR / 2);
    await world.start([ruleOf("PT1H PT4H", { ignoreDeletionBudget: true })]);
    await world.advance(HOUR / 4);
    expect(world.eventsOf("expire.error")).toMatchObject([{ error: { code: "unavailable" } }]);
    expect(world.eventsOf("expire.complete")[0]).toMatchObject({ failed: 1 });
    expect(world.eventsOf("expire.complete")[0]?.deleted).toBeGreaterThan(1);
  });
});

describe("a storage system that throttles", () => {
  it("is left alone for as long as it asked, in that location only", async () => {
    const world = new SchedulerWorld();
    const retryAfterMs = 10 * MINUTE;
    world.fault = (call) => {
      if (call.operation !== "createSnapshot" || call.request.disk.location !== "home") return undefined;
      return { before: new BackendError("throttled", "slow down", { retryAfterMs }) };
    };
    const away = ["f", "g", "h"].map((id) => ruleFor(id, "away"));
    await world.start([...five, ...away], { concurrency: 1 });
    await world.advance(MINUTE);
    const atHome = (): unknown[] => world.creations().filter(({ request }) => request.disk.location === "home");
    expect(atHome()).toHaveLength(1);
    for (const rule of away) expect(world.count(rule.disk)).toBe(1);
    world.fault = () => undefined;
    await world.advance(8 * MINUTE);
    expect(atHome()).toHaveLength(1);
    await world.advance(2 * MINUTE);
    for (const rule of five) expect(world.count(rule.disk)).toBe(1);
  });
});

describe("how many at once", () => {
  const slow: MemoryBackendOptions = { latencyMs: 10 * SECOND };

  it("no more requests are under way in a location than the concurrency allows", async () => {
    const world = new SchedulerWorld(slow);
    await world.start(five, { concurrency: 2 });
    await world.advance(5 * MINUTE);
    expect(world.eventsOf("snapshot.accepted")).toHaveLength(5);
    expect(mostUnderWay(world)).toBe(2);
  });

  it("locations do not share it", async () => {
    const world = new SchedulerWorld(slow);
    await world.start([...five, ruleFor("f", "away")], { concurrency: 1 });
    await world.advance(5 * MINUTE);
    expect(world.eventsOf("snapshot.accepted")).toHaveLength(6);
    expect(mostUnderWay(world)).toBe(2);
  });

  it("no more snapshots are pending in a location than the storage system allows", async () => {
    const world = new SchedulerWorld({
      capabilities: { maxPendingPerLocation: 2 },
      snapshotDuration: () => 5 * MINUTE,
    });
    let most = 0;
    world.storage.onChange = () => {
      const pending = [...world.storage.snapshots("home")].filter(({ state }) => state === "pending");
      most = Math.max(most, pending.length);
    };
    await world.start(five);
    await world.advance(50 * MINUTE);
    expect(most).toBe(2);
    expect(world.eventsOf("snapshot.error")).toEqual([]);
    for (const rule of five) expect(world.count(rule.disk)).toBe(1);
  });
});

describe("a creation whose answer was lost", () => {
  it("is settled to one snapshot, although lists lag and the key is but a label", async () => {
    const world = new SchedulerWorld({ idempotency: "label", capabilities: { listLagMs: 20 * SECOND } });
    world.fault = () => (world.creations().length === 1 ? { loseAnswer: true } : undefined);
    await world.start([ruleFor("a")]);
    await world.advance(HOUR / 2);
    expect(world.eventsOf("snapshot.error")).toHaveLength(1);
    expect(world.creations().map(({ request }) => request.mayExist ?? false)).toEqual([false, true]);
    expect(new Set(world.creations().map(({ request }) => request.idempotencyKey)).size).toBe(1);
    expect(world.count(ruleFor("a").disk)).toBe(1);
  });

  it("is not asked for again if a list shows the snapshot first", async () => {
    const world = new SchedulerWorld();
    const lost = { outcome: "unknown", retryAfterMs: 20 * MINUTE } as const;
    world.fault = (call) => {
      if (call.operation !== "createSnapshot" || call.request.disk.id !== "b") return undefined;
      return { after: new BackendError("unavailable", "the answer was lost", lost) };
    };
    await world.start([ruleFor("a"), ruleFor("b")]);
    await world.advance(HOUR / 2);
    expect(world.eventsOf("snapshot.error")).toHaveLength(1);
    expect(world.creations(ruleFor("b").disk)).toHaveLength(1);
    expect(world.count(ruleFor("b").disk)).toBe(1);
  });
});

describe("the end", () => {
  it("stop begins nothing new and waits for what is under way", async () => {
    const world = new SchedulerWorld({ latencyMs: 10 * SECOND });
    const { stop, ended } = await world.start(five, { concurrency: 2 });
    await world.advance(12 * SECOND);
    expect(world.creations()).toHaveLength(2);
    stop.abort();
    await world.advance(SECOND);
    expect(ended()).toBe(false);
    await world.advance(10 * SECOND);
    expect(ended()).toBe(true);
    await world.advance(HOUR);
    expect(world.eventsOf("snapshot.accepted")).toHaveLength(2);
    expect(world.creations()).toHaveLength(2);
  });

  it("abort cuts short what is under way", async () => {
    const world = hangingWorld("createSnapshot");
    const { stop, abort, ended } = await world.start([ruleFor("a")], { callLimitMs: HOUR });
    await world.advance(MINUTE);
    stop.abort();
    await world.advance(MINUTE);
    expect(ended()).toBe(false);
    abort.abort();
    await world.advance(0);
    expect(ended()).toBe(true);
    expect(world.eventsOf("snapshot.error")).toMatchObject([{ error: { code: "aborted", outcome: "unknown" } }]);
  });

  it("a scheduler that is stopped before it runs begins nothing", async () => {
    const world = new SchedulerWorld();
    const { stop, ended } = await world.start([]);
    stop.abort();
    await world.advance(0);
    expect(ended()).toBe(true);
    expect(world.calls).toEqual([]);
  });
});
