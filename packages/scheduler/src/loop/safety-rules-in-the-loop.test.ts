import { BackendError } from "@k8s-snapshots/backend-api";
import { parseDeltas } from "@k8s-snapshots/retention";
import { describe, expect, it } from "vitest";
import { disk, HOUR, MINUTE, ruleOf } from "../../test/support/disk-view.ts";
import { SchedulerWorld } from "../../test/support/scheduler-world.ts";

const rule = ruleOf("PT1H PT4H");

describe("safety rule 2: nothing is deleted unless all is known and well", () => {
  it("a rule whose deletions are suspended goes on taking snapshots and deletes none, until it is free again", async () => {
    const world = new SchedulerWorld();
    world.addHourly(disk, 10, HOUR / 2);
    const { scheduler } = await world.start([{ ...rule, deletionsSuspended: "another rule cannot be read" }]);
    await world.advance(5 * HOUR);
    expect(world.creations()).toHaveLength(5);
    expect(world.deletions()).toEqual([]);
    expect(world.holdReasons()).toContain("RuleInvalid");
    scheduler.setRules([rule]);
    await world.advance(2 * HOUR);
    expect(world.deletions().length).toBeGreaterThan(0);
  });

  it("a rule that cannot be read takes nothing and deletes nothing", async () => {
    const world = new SchedulerWorld();
    world.addHourly(disk, 10, HOUR / 2);
    await world.start([{ ...rule, deltas: undefined }]);
    await world.advance(5 * HOUR);
    expect(world.creations()).toEqual([]);
    expect(world.deletions()).toEqual([]);
  });

  it("snapshots of a rule that is there, but whose disk cannot be told now, are no orphans", async () => {
    const world = new SchedulerWorld();
    const { scheduler } = await world.start([{ ...rule, deletionPolicy: "expire" }]);
    await world.advance(4.5 * HOUR);
    scheduler.setRules([], new Set([rule.name]));
    await world.advance(12 * HOUR);
    expect(world.count(disk)).toBe(5);
    scheduler.setRules([], new Set(["pv-other"]));
    await world.advance(12 * HOUR);
    expect(world.count(disk)).toBe(1);
  });
});

describe("safety rule 4: the deletion budget", () => {
  it("each new ready snapshot lets as many go as it explains, and no more", async () => {
    const world = new SchedulerWorld();
    world.addHourly(disk, 30, HOUR / 2);
    const listedOften = ruleOf("PT6M P1D", { disk: { location: disk.location, id: "often" } });
    await world.start([rule, listedOften]);
    const gone: number[] = [];
    for (let hour = 0; hour < 4; hour++) {
      const before = world.deletions().length;
      await world.advance(HOUR);
      gone.push(world.deletions().length - before);
    }
    expect(world.creations(disk)).toHaveLength(4);
    expect(gone).toEqual([3, 2, 2, 2]);
  });

  it("a restart grants no second one", async () => {
    const world = new SchedulerWorld();
    world.addHourly(disk, 30, 25 * MINUTE);
    for (const expected of [0, 0, 3, 3, 3]) {
      const { stop } = await world.start([rule]);
      await world.advance(15 * MINUTE);
      stop.abort();
      expect(world.deletions()).toHaveLength(expected);
    }
    expect(world.creations()).toHaveLength(1);
  });

  it("a mistyped delta drains the history slowly, says so, and can still be put right", async () => {
    const world = new SchedulerWorld();
    world.addHourly(disk, 100, HOUR / 2);
    const wanted = ruleOf("PT1H P5D");
    const { scheduler } = await world.start([wanted]);
    await world.advance(MINUTE);
    scheduler.setRules([ruleOf("PT1H PT2H")]);
    await world.advance(3 * HOUR);
    expect(world.holdReasons()).toContain("DeletionBudget");
    expect(world.deletions()).toHaveLength(10 + 9 + 8);
    scheduler.setRules([wanted]);
    await world.advance(3 * HOUR);
    expect(world.deletions()).toHaveLength(10 + 9 + 8);
  });

  it("a snapshot that fails in the storage system grants none", async () => {
    const world = new SchedulerWorld();
    world.addHourly(disk, 30, HOUR / 2);
    const history = world.idsOf(disk);
    world.fault = ({ operation }) => (operation === "createSnapshot" ? { failSnapshot: true } : undefined);
    await world.start([rule]);
    await world.advance(2 * HOUR);
    expect(world.creations().length).toBeGreaterThan(0);
    expect(world.idsOf(disk).slice(0, 30)).toEqual(history);
  });
});

describe("safety rule 6: the inventory, and the breaker", () => {
  it("nothing is taken before the location was listed whole", async () => {
    const world = new SchedulerWorld({ pageSize: 1 });
    world.addHourly(disk, 3, 3 * HOUR);
    world.fault = ({ operation }) => (operation === "listSnapshots" ? { failAfterPages: 2 } : undefined);
    await world.start([rule]);
    await world.advance(2 * HOUR);
    expect(world.eventsOf("location.error").length).toBeGreaterThan(1);
    expect(world.holdReasons()).toEqual(["NotListed"]);
    expect(world.creations()).toEqual([]);
    world.fault = () => undefined;
    await world.advance(HOUR / 2);
    expect(world.creations()).toHaveLength(1);
  });

  it("an own snapshot stays in the inventory until lists must show it", async () => {
    const world = new SchedulerWorld({ capabilities: { listLagMs: 30 * MINUTE } });
    const { scheduler } = await world.start([rule]);
    await world.advance(30 * MINUTE + 1_000);
    const [made] = world.eventsOf("snapshot.accepted");
    const startedAt = world.clock.now();
    await world.advance(25 * MINUTE);
    const lists = world.calls.filter(({ operation, at }) => operation === "listSnapshots" && at > startedAt);
    expect(lists.length).toBeGreaterThan(1);
    expect([...scheduler.plan()].flatMap(({ plan }) => plan.kept.map(({ snapshot }) => snapshot.id))).toEqual([
      made?.snapshot.id,
    ]);
    await world.advance(30 * MINUTE);
    expect(world.eventsOf("snapshot.vanished")).toEqual([]);
    expect(world.eventsOf("snapshot.created")[0]?.snapshot.id).toBe(made?.snapshot.id);
  });

  it("a snapshot that lists still show after it was deleted is not deleted again", async () => {
    const world = new SchedulerWorld({ capabilities: { listLagMs: 20 * MINUTE } });
    world.addHourly(disk, 10, HOUR / 2);
    await world.start([{ ...rule, ignoreDeletionBudget: true }]);
    await world.advance(3 * HOUR);
    expect(world.deletions().length).toBeGreaterThan(5);
    expect(new Set(world.deletions()).size).toBe(world.deletions().length);
  });

  it("snapshots that vanish are reported, and hasten nothing", async () => {
    const world = new SchedulerWorld();
    await world.start([rule], {
      onEvent: (event) => {
        world.events.push(event);
        if (event.type === "snapshot.accepted") void world.backend.deleteSnapshot(event.snapshot);
      },
    });
    await world.advance(4.5 * HOUR);
    expect(world.creations()).toHaveLength(5);
    const vanished = world.eventsOf("snapshot.vanished").map(({ snapshot }) => snapshot.id);
    expect(vanished).toEqual(world.eventsOf("snapshot.accepted").map(({ snapshot }) => snapshot.id));
  });

  it("snapshots that someone else makes under our label open the breaker, which closes again", async () => {
    const world = new SchedulerWorld();
    await world.start([rule]);
    await world.advance(HOUR / 2);
    for (let index = 0; index < 8; index++) world.addHourly(disk, 1, 0);
    await world.advance(4 * HOUR);
    expect(world.holdReasons()).toContain("BreakerOpen");
    expect(world.creations()).toHaveLength(2);
    await world.advance(2 * HOUR);
    expect(world.creations().length).toBeGreaterThan(2);
  });

  it("snapshots that all fail in the storage system open it too", async () => {
    const world = new SchedulerWorld();
    world.fault = ({ operation }) => (operation === "createSnapshot" ? { failSnapshot: true } : undefined);
    await world.start([rule]);
    await world.advance(3.9 * HOUR);
    expect(world.holdReasons()).toContain("BreakerOpen");
    expect(world.creations()).toHaveLength(8);
  });
});

describe("safety rule 8: a rule that is gone", () => {
  it("leaves its snapshots where they are", async () => {
    const world = new SchedulerWorld();
    const { scheduler } = await world.start([rule]);
    await world.advance(4.5 * HOUR);
    scheduler.setRules([]);
    await world.advance(48 * HOUR);
    expect(world.count(disk)).toBe(5);
    expect(world.creations()).toHaveLength(5);
    expect(world.holdReasons().at(-1)).toBe("Retained");
  });

  it("with the policy expire they age out of its schedule down to the newest, also after a restart", async () => {
    const world = new SchedulerWorld();
    const { scheduler, stop } = await world.start([{ ...rule, deletionPolicy: "expire" }]);
    await world.advance(4.5 * HOUR);
    const newest = world.idsOf(disk).at(-1);
    scheduler.setRules([]);
    await world.advance(2 * HOUR);
    expect(world.count(disk)).toBeLessThan(5);
    expect(world.count(disk)).toBeGreaterThan(1);
    stop.abort();
    await world.start([{ ...rule, disk: { location: disk.location, id: "other" } }]);
    await world.advance(12 * HOUR);
    expect(world.idsOf(disk)).toEqual([newest]);
  });
});

describe("safety rule 9: one rule's trouble is that rule's alone", () => {
  it("a disk that the storage system refuses waits longer and longer, and the other keeps its pace", async () => {
    const bad = ruleOf("PT1H PT4H", { id: "bad", disk: { location: disk.location, id: "bad" } });
    const world = new SchedulerWorld();
    world.fault = (call) => {
      if (call.operation !== "createSnapshot" || call.request.disk.id !== "bad") return undefined;
      return { before: new BackendError("unavailable", "the disk is away") };
    };
    await world.start([bad, rule]);
    await world.advance(3.5 * HOUR);
    expect(world.creations(disk).map(({ at }) => Math.floor((at - Date.UTC(2026, 0, 1)) / HOUR))).toEqual([0, 1, 2, 3]);
    expect(new Set(world.eventsOf("snapshot.error").map((event) => event.disk.id))).toEqual(new Set(["bad"]));
    expect(world.creations(bad.disk).length).toBeGreaterThan(3);
    expect(world.creations(bad.disk).length).toBeLessThan(40);
    world.fault = () => undefined;
    await world.advance(15 * MINUTE);
    expect(world.count(bad.disk)).toBe(1);
  });
});

describe("safety rule 10: after downtime one snapshot is made", () => {
  it("however many intervals were missed while no scheduler ran", async () => {
    const world = new SchedulerWorld();
    const { stop, ended } = await world.start([rule]);
    await world.advance(2.5 * HOUR);
    stop.abort();
    await world.advance(10 * HOUR);
    expect(ended()).toBe(true);
    expect(world.creations()).toHaveLength(3);
    await world.start([rule]);
    await world.advance(HOUR - MINUTE);
    expect(world.creations()).toHaveLength(4);
  });

  it("also when the storage system was away meanwhile", async () => {
    const world = new SchedulerWorld();
    await world.start([{ ...rule, deltas: parseDeltas("PT1H P1D") }]);
    await world.advance(HOUR / 2);
    world.fault = () => ({ before: new BackendError("unavailable", "away") });
    await world.advance(10 * HOUR);
    expect(world.count(disk)).toBe(1);
    world.fault = () => undefined;
    await world.advance(HOUR / 2);
    expect(world.count(disk)).toBe(2);
  });
});
