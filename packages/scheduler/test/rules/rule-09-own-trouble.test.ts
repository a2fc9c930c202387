import { expect, it } from "vitest";
import { newDiskEntry } from "../../src/loop/disk-entry.ts";
import { planEntry } from "../../src/loop/plan-entry.ts";
import { HOUR, MINUTE, SECOND } from "../../src/state/time.ts";
import { ruleOf, SchedulerWorld } from "../../src/testing/index.ts";
import { OneDisk } from "./one-disk.ts";

const rule = ruleOf("PT1H PT3H");

it("rule 9: a disk that cannot be planned is left as it is, and looked at again in an hour", () => {
  const disk = new OneDisk().rule(rule).list([]);
  const broken = { ...disk.state, table: null as never };
  expect(planEntry(newDiskEntry(broken), disk.present)).toMatchObject({
    creation: undefined,
    deletions: [],
    deferrals: [{ reason: "PlanFailed" }],
    wakeAt: HOUR,
  });
});

it("rule 9: what a listener throws stops nothing", async () => {
  const world = new SchedulerWorld();
  const onEvent = (): never => {
    throw new TypeError("a listener's own trouble");
  };
  await world.start([rule], { onEvent });
  await world.advance(3 * HOUR);
  expect(world.creations().length).toBeGreaterThanOrEqual(3);
});

it("throttle-1 (rule 9): a location's rate limit is not the disk's trouble, the disk's own is", () => {
  const disk = new OneDisk().rule(rule).list([]);
  disk.createRefused({ code: "throttled", scope: "location" });
  expect(disk.creates()).toBe(true);
  disk.createRefused({ code: "throttled", scope: "account" });
  expect(disk.creates()).toBe(true);
  disk.createRefused({ code: "throttled", scope: "disk" });
  expect(disk.creates()).toBe(false);
  expect(disk.pass(SECOND).creates()).toBe(true);
});

it("rule 9: what else keeps a whole location is waited after by each disk", () => {
  const disk = new OneDisk().rule(rule).list([]).createRefused({ code: "unavailable", scope: "location" });
  expect(disk.creates()).toBe(false);
});

it("rule 9: a location's rate limit is no snapshot's refusal", () => {
  const disk = new OneDisk().rule(rule).list([]);
  disk.deletionRefused("s", { code: "throttled", scope: "location" });
  expect(disk.state.refusals).toEqual([]);
  disk.deletionRefused("s", { code: "throttled", scope: "snapshot" });
  expect(disk.state.refusals).toMatchObject([{ retryAt: MINUTE, undeletable: false }]);
});
