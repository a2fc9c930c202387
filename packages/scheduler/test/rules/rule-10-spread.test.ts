import { describe, expect, it } from "vitest";
import { hashText } from "../../src/planner/hash-text.ts";
import { HOUR, MINUTE, SECOND } from "../../src/state/time.ts";
import { addHistory, homeDisk, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";
import { historyOf, OneDisk, type OneDiskOptions, snapshotOf } from "./one-disk.ts";

/** What share of the spread is the home disk's. */
const SHARE = hashText(`${homeDisk.location}/${homeDisk.id}`);

/** How long after its first snapshot the home disk's second is due. */
function secondAfter(schedule: string, options: OneDiskOptions): number {
  const disk = new OneDisk(options).rule(ruleOf(schedule)).list([]);
  const first = disk.create();
  disk.list([first]);
  return (disk.plan().dueAt ?? 0) - disk.now;
}

describe("rule 10: the second snapshot under a schedule comes early by a time that is the disk's own", () => {
  it("by up to the share of the interval that the policy says", () => {
    expect(SHARE).toBeGreaterThan(0.1);
    expect(secondAfter("PT1H P1D", { policy: { scheduleSpread: 0.5 } })).toBe(HOUR - Math.floor((SHARE * HOUR) / 2));
    expect(secondAfter("PT1H P1D", { policy: { scheduleSpread: 0.9 } })).toBe(HOUR - Math.floor(SHARE * 0.9 * HOUR));
    expect(secondAfter("PT1H P1D", { policy: { scheduleSpread: 0 } })).toBe(HOUR);
    expect(secondAfter("PT1H P1D", {})).toBe(HOUR);
  });

  it("and each later one an interval after the one before", () => {
    const disk = new OneDisk({ policy: { scheduleSpread: 0.5 } }).rule(ruleOf("PT1H P1D")).list([]);
    const made = [disk.create()];
    for (let count = 0; count < 3; count++) {
      disk.list(made);
      disk.pass((disk.plan().dueAt ?? 0) - disk.now).list(made);
      made.push(disk.create());
    }
    const dates = made.map(({ createdAt }) => createdAt);
    const gaps = dates.slice(1).map((date, index) => date - (dates[index] as number));
    expect(gaps).toEqual([HOUR - Math.floor((SHARE * HOUR) / 2), HOUR, HOUR]);
  });

  it("not sooner than the storage system allows", () => {
    const policy = { scheduleSpread: 1 };
    const minIntervalMs = 50 * MINUTE;
    expect(secondAfter("PT1H P1D", { policy, capabilities: { minIntervalMs } })).toBe(minIntervalMs);
  });

  it("not where intervals are short", () => {
    expect(secondAfter("PT9M PT1H", { policy: { scheduleSpread: 1 } })).toBe(9 * MINUTE);
    const ofTen = 10 * MINUTE - Math.floor(SHARE * 5 * MINUTE);
    expect(secondAfter("PT10M PT1H", { policy: { scheduleSpread: 0.5 } })).toBe(ofTen);
  });

  it("not for what this program has not made, nor where the newest is one of several under its schedule", () => {
    const policy = { scheduleSpread: 1 };
    for (const history of [
      historyOf([0], { schedule: "PT2H P1D" }),
      historyOf([0, HOUR]),
      [{ ...snapshotOf(0), labels: { "created-by": "k8s-snapshots" } }],
    ]) {
      const disk = new OneDisk({ policy }).rule(ruleOf("PT1H P1D")).list(history);
      expect((disk.plan().dueAt ?? 0) - disk.now).toBe(HOUR);
    }
  });
});

it("rule 10: hourly snapshots of many volumes do not all fall due in one minute", { timeout: 60_000 }, async () => {
  const disks = Array.from({ length: 1_000 }, (_, index) => ({ location: "home", id: `vol-${index.toString(16)}` }));
  const world = new SchedulerWorld();
  const rules = disks.map((disk) => ruleOf("PT1H P1D", { disk }));
  await world.start(rules, { policy: { scheduleSpread: 0.5 }, concurrency: 10_000 });
  await world.advance(MINUTE);
  expect(world.creations()).toHaveLength(1_000);
  await world.advance(2 * HOUR);
  const perMinute = Map.groupBy(
    world.creations().filter(({ at }) => at > world.clock.now() - HOUR),
    ({ at }) => Math.floor(at / MINUTE),
  );
  const counts = [...perMinute.values()].map(({ length }) => length);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1_000);
  // A thousand in thirty minutes are 33 a minute.
  expect(Math.max(...counts)).toBeLessThan(70);
  const newest = world.eventsOf("snapshot.accepted").slice(-1_000);
  expect(Math.max(...newest.map(({ lateness }) => lateness))).toBeLessThan(SECOND);
});

it("rule 10: a history of before is taken up as it is", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H P1D", count: 5, newest: world.clock.now() - 30 * MINUTE });
  await world.start([ruleOf("PT1H P1D")], { policy: { scheduleSpread: 1 } });
  await world.advance(29 * MINUTE);
  expect(world.creations()).toEqual([]);
  await world.advance(2 * MINUTE);
  expect(world.creations()).toHaveLength(1);
});
