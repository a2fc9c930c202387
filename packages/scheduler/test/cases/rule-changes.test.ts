import { BackendError } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../src/index.ts";
import { HOUR, MINUTE } from "../../src/state/time.ts";
import { homeDisk, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";

const otherDisk = { ...homeDisk, id: "disk-2" };
const farDisk = { location: "far", id: "disk-3" };
const home = ruleOf("PT1H P1D");
const other = ruleOf("PT1H P1D", { id: "other", disk: otherDisk });
const far = ruleOf("PT1H P1D", { id: "far", disk: farDisk });

describe("updateRules", () => {
  it("adds a rule beside those that are there, also in a new location", async () => {
    const world = new SchedulerWorld();
    const { scheduler } = await world.start([home]);
    for (const disk of [otherDisk, farDisk]) world.storage.addDisk(disk);
    scheduler.updateRules({ set: [other, far], removed: [] });
    await world.advance(10 * MINUTE);
    expect([homeDisk, otherDisk, farDisk].map((disk) => world.count(disk))).toEqual([1, 1, 1]);
  });

  it("changes one rule, and leaves the others", async () => {
    const world = new SchedulerWorld();
    const { scheduler } = await world.start([home, other]);
    await world.advance(10 * MINUTE);
    scheduler.updateRules({ set: [ruleOf("PT2H P1D", { id: "other", disk: otherDisk })], removed: [] });
    await world.advance(2 * HOUR);
    expect([homeDisk, otherDisk].map((disk) => world.count(disk))).toEqual([3, 2]);
  });

  it("takes the rule from a disk: nothing is taken for it any more", async () => {
    const world = new SchedulerWorld();
    const { scheduler } = await world.start([home, other]);
    await world.advance(10 * MINUTE);
    scheduler.updateRules({ set: [], removed: [{ backend: home.backend, disk: homeDisk }] });
    await world.advance(3 * HOUR);
    expect([homeDisk, otherDisk].map((disk) => world.count(disk))).toEqual([1, 4]);
    expect(scheduler.upcoming().disks).toBe(1);
  });

  it("removes a disk's rule that was never set without a word", async () => {
    const world = new SchedulerWorld();
    const { scheduler } = await world.start([home]);
    scheduler.updateRules({ set: [], removed: [{ backend: "elsewhere", disk: farDisk }] });
    expect(scheduler.upcoming().disks).toBe(1);
  });

  it("refuses a rule whose backend is not there, and changes nothing then", async () => {
    const world = new SchedulerWorld();
    const { scheduler } = await world.start([home]);
    const unknown: Rule = { ...other, backend: "elsewhere" };
    const changes = { set: [far, unknown], removed: [home] };
    expect(() => scheduler.updateRules(changes)).toThrow("other names the backend elsewhere, which is not loaded");
    await world.advance(2 * HOUR);
    expect(world.count(homeDisk)).toBe(2);
    expect(scheduler.upcoming().disks).toBe(1);
  });
});

describe("what is upcoming", () => {
  it("is how many disks have a rule, and which snapshot is due next", async () => {
    const world = new SchedulerWorld();
    const { scheduler } = await world.start([home, far]);
    await world.advance(30 * MINUTE);
    const due = [...scheduler.plan()].map(({ plan }) => plan.dueAt as number);
    expect(scheduler.upcoming()).toEqual({ disks: 2, nextDueAt: Math.min(...due) });
  });

  it("is nothing where there are no rules", async () => {
    const { scheduler } = await new SchedulerWorld().start([]);
    expect(scheduler.upcoming()).toEqual({ disks: 0, nextDueAt: undefined });
  });
});

describe("a creation", () => {
  it("hands the disk's details back to the backend, and the rule's parameters and volume", async () => {
    const world = new SchedulerWorld();
    const details = { zone: "a-1" };
    const parameters = { class: "fast" };
    const volume = { capacity: "10Gi" };
    const { scheduler } = await world.start([{ ...home, disk: { ...homeDisk, details }, parameters, volume }]);
    await world.advance(10 * MINUTE);
    const requests = (): unknown[] =>
      world.calls.flatMap((call) => (call.operation === "createSnapshot" ? [call.request] : []));
    expect(requests()).toMatchObject([{ disk: { ...homeDisk, details }, parameters, volume }]);

    scheduler.updateRules({
      set: [{ ...home, parameters: { class: "slow" }, volume: { capacity: "20Gi" } }],
      removed: [],
    });
    await world.advance(HOUR);
    expect(requests()[1]).toMatchObject({
      disk: homeDisk,
      parameters: { class: "slow" },
      volume: { capacity: "20Gi" },
    });
    expect(world.count(homeDisk)).toBe(2);
  });
});

describe("idle-1: a location where no rule is left and no snapshot was made", () => {
  it("is not listed any more, and is listed before the first snapshot of a rule that comes later", async () => {
    const world = new SchedulerWorld();
    world.fault = ({ operation }) =>
      operation === "createSnapshot" ? { before: new BackendError("forbidden", "not yet") } : undefined;
    const { scheduler } = await world.start([home]);
    await world.advance(HOUR);
    scheduler.setRules([]);
    await world.advance(2 * HOUR);
    const lists = (): number => world.calls.filter(({ operation }) => operation === "listSnapshots").length;
    const before = lists();
    await world.advance(30 * 24 * HOUR);
    expect(lists()).toBe(before);
    expect(scheduler.health().now - (scheduler.health().locations[0]?.lastStepAt ?? 0)).toBeLessThanOrEqual(HOUR);

    world.fault = () => undefined;
    world.calls.length = 0;
    scheduler.setRules([home]);
    await world.advance(10 * MINUTE);
    expect(world.calls.map(({ operation }) => operation).slice(0, 2)).toEqual(["listSnapshots", "createSnapshot"]);
  });

  it("is listed on where a snapshot is left", async () => {
    const world = new SchedulerWorld();
    const { scheduler } = await world.start([home]);
    await world.advance(HOUR);
    scheduler.setRules([]);
    world.calls.length = 0;
    await world.advance(5 * HOUR);
    expect(world.calls.filter(({ operation }) => operation === "listSnapshots").length).toBeGreaterThanOrEqual(4);
  });
});
