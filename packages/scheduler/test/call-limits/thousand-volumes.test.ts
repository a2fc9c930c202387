import { expect, it } from "vitest";
import { HOUR, MINUTE, type Milliseconds, SECOND } from "../../src/state/time.ts";
import { addHistory, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";
import { BucketLimit } from "./bucket-limit.ts";

const LIMIT_MS = 60_000;
const VOLUMES = Array.from({ length: 1_000 }, (_, index) => ({ location: "home", id: `disk-${index}` }));

/** A storage system that lets five creations a second through, as it declares. */
function worldOfFive(capacity: number): { world: SchedulerWorld; limit: BucketLimit } {
  const capabilities = { listLagMs: 0, callsPerSecond: { create: 5, delete: 5, list: 20 }, separateCallLimits: true };
  const world = new SchedulerWorld({ capabilities });
  const limit = new BucketLimit(world.clock, 5, capacity);
  world.fault = ({ operation }) => {
    const error = operation === "createSnapshot" ? limit.take() : undefined;
    return error && { before: error };
  };
  return { world, limit };
}

/** When the last creation was accepted, and how many were, since the scheduler began. */
async function untilAllAreMade(world: SchedulerWorld, start: () => Promise<unknown>): Promise<Milliseconds> {
  const begun = world.clock.now();
  await start();
  await world.watch(10 * MINUTE, SECOND / 2, () => {});
  const accepted = world.eventsOf("snapshot.accepted");
  expect(new Set(accepted.map(({ disk }) => disk.id)).size).toBe(VOLUMES.length);
  const last = world.creations().findLast(({ at }) => at < begun + 10 * MINUTE)?.at ?? 0;
  return last - begun;
}

it.each([5, 50])(
  "rule 14: 1,000 new volumes have their snapshots after 202 s, where %i calls are saved up",
  { timeout: LIMIT_MS },
  async (capacity) => {
    const { world, limit } = worldOfFive(capacity);
    const rules = VOLUMES.map((disk) => ruleOf("PT1H P1D", { disk }));
    expect(await untilAllAreMade(world, () => world.start(rules))).toBeLessThanOrEqual(202 * SECOND);
    expect(limit.throttled).toBe(0);
  },
);

it("rule 14: so have 1,000 that are overdue, the latest first in their own intervals", {
  timeout: LIMIT_MS,
}, async () => {
  const { world } = worldOfFive(5);
  const now = world.clock.now();
  const schedules = ["PT1H P1D", "PT2H P1D", "PT4H P1D"] as const;
  const rules = VOLUMES.map((disk, index) => {
    const schedule = schedules[index % 3] ?? "PT1H P1D";
    addHistory(world.storage, { schedule, count: 1, newest: now - (5 + (index % 10)) * HOUR, disk });
    return ruleOf(schedule, { disk, namespace: index % 2 === 0 ? "even" : "odd" });
  });
  expect(await untilAllAreMade(world, () => world.start(rules))).toBeLessThanOrEqual(202 * SECOND);
  const first = new Map<string, number[]>();
  for (const { disk, rule, lateness } of world.eventsOf("snapshot.accepted").slice(0, VOLUMES.length)) {
    const interval = 2 ** (Number(disk.id.slice(5)) % 3);
    const order = first.get(rule?.namespace ?? "") ?? [];
    first.set(rule?.namespace ?? "", [...order, lateness / (interval * HOUR)]);
  }
  for (const order of first.values()) {
    expect(order).toHaveLength(VOLUMES.length / 2);
    // A turn takes 0.2 s: who is passed meanwhile is passed by no more than that.
    for (const [index, lateness] of order.entries()) {
      expect(Math.max(0, ...order.slice(index + 1))).toBeLessThanOrEqual(lateness + 202 / 3_600);
    }
  }
});

it("rule 14: a location where few may be pending is listed as often as that takes", { timeout: LIMIT_MS }, async () => {
  const capabilities = { listLagMs: 0, callsPerSecond: { create: 5 }, maxPendingPerLocation: 100 };
  const world = new SchedulerWorld({ capabilities, snapshotDuration: () => 30 * SECOND });
  await world.start(VOLUMES.map((disk) => ruleOf("PT1H P1D", { disk })));
  await world.advance(10 * MINUTE);
  // A hundred each half minute are possible; a list after a thousand each ten seconds leaves two thirds of them.
  expect(new Set(world.eventsOf("snapshot.accepted").map(({ disk }) => disk.id)).size).toBe(VOLUMES.length);
  const lists = world.calls.filter(({ operation }) => operation === "listSnapshots");
  expect(lists.length).toBeLessThan(60);
});

it("rule 14: how many may be pending is what the storage system says, where it says something", async () => {
  const capabilities = { listLagMs: 0, maxPendingPerLocation: 1 };
  const world = new SchedulerWorld({ capabilities, snapshotDuration: () => HOUR });
  const { scheduler } = await world.start(VOLUMES.slice(0, 5).map((disk) => ruleOf("PT1H P1D", { disk })));
  await world.advance(MINUTE);
  expect(world.creations()).toHaveLength(1);
  world.storage.setLimits({ maxPending: 3 });
  scheduler.setLimits({ backend: world.backend.name, location: "home" }, { maxPending: 3 });
  await world.advance(MINUTE);
  expect(world.creations()).toHaveLength(3);
  expect(world.eventsOf("snapshot.failed")).toEqual([]);
});
