import { describe, expect, it } from "vitest";
import { disk, HOUR, MINUTE, ruleOf } from "../../test/support/disk-view.ts";
import { SchedulerWorld } from "../../test/support/scheduler-world.ts";

const SECOND = 1_000;
const daily = ruleOf("P1D P7D");
const another = ruleOf("P1D P7D", { id: "another", disk: { location: disk.location, id: "another" } });

describe("a rule that comes while the scheduler works", () => {
  it("has its first snapshot at once, without another list, in a location that is known", async () => {
    const world = new SchedulerWorld();
    const { scheduler } = await world.start([daily]);
    await world.advance(30 * MINUTE);
    const lists = listsOf(world);
    world.storage.addDisk(another.disk);
    scheduler.setRules([daily, another]);
    await world.advance(SECOND);
    expect(world.count(another.disk)).toBe(1);
    expect(listsOf(world)).toBe(lists);
  });

  it("takes up the snapshots of its disk that are there", async () => {
    const world = new SchedulerWorld();
    world.addHourly(another.disk, 3, HOUR);
    const { scheduler } = await world.start([daily]);
    await world.advance(30 * MINUTE);
    scheduler.setRules([daily, another]);
    await world.advance(HOUR);
    expect(world.creations(another.disk)).toEqual([]);
  });

  it("waits for the first list of a location that is not known", async () => {
    const world = new SchedulerWorld();
    world.fault = ({ operation }) => (operation === "listSnapshots" ? { latencyMs: MINUTE } : undefined);
    const { scheduler } = await world.start([daily]);
    await world.advance(SECOND);
    world.storage.addDisk(another.disk);
    scheduler.setRules([daily, another]);
    await world.advance(MINUTE - 2 * SECOND);
    expect(world.creations()).toEqual([]);
    await world.advance(2 * SECOND);
    expect(world.creations()).toHaveLength(2);
  });
});

describe("a rule whose interval becomes shorter", () => {
  it.each([0, 100, 150, 300, 1_000, 5_000, 10_000])(
    "%d ms after it came has snapshots at the new interval",
    async (wait) => {
      const world = new SchedulerWorld({ snapshotDuration: () => SECOND });
      const { scheduler } = await world.start([daily]);
      await world.advance(wait);
      scheduler.setRules([ruleOf("PT10S PT1M")]);
      await world.advance(MINUTE);
      expect(world.creations().length).toBeGreaterThanOrEqual(4);
    },
  );
});

describe("a rule whose interval is shorter than the storage system allows", () => {
  it("is listed for no more often than what is taken", async () => {
    const world = new SchedulerWorld({
      capabilities: { minIntervalMs: 10 * MINUTE },
      snapshotDuration: () => 5 * MINUTE,
    });
    await world.start([ruleOf("PT1S PT1M")]);
    await world.advance(HOUR);
    expect(world.creations()).toHaveLength(6);
    expect(listsOf(world)).toBeLessThan(60);
  });
});

describe("a rule that goes and comes again", () => {
  it("does not forget a creation whose answer was lost, though lists do not show it yet", async () => {
    const world = new SchedulerWorld({ capabilities: { listLagMs: HOUR }, idempotency: "label" });
    const listedOften = ruleOf("PT10M P1D", { id: "often", disk: { location: disk.location, id: "often" } });
    const { scheduler } = await world.start([listedOften]);
    await world.advance(2 * HOUR);
    world.storage.addDisk(disk);
    world.fault = (call) => {
      const isFirst = call.operation === "createSnapshot" && call.request.disk.id === disk.id;
      return isFirst ? { loseAnswer: true } : undefined;
    };
    scheduler.setRules([listedOften, daily]);
    await world.advance(MINUTE);
    expect(world.count(disk)).toBe(1);
    world.fault = () => undefined;
    scheduler.setRules([listedOften]);
    await world.advance(HOUR / 2);
    scheduler.setRules([listedOften, daily]);
    await world.advance(4 * HOUR);
    expect(world.count(disk)).toBe(1);
  });
});

function listsOf(world: SchedulerWorld): number {
  return world.calls.filter(({ operation }) => operation === "listSnapshots").length;
}
