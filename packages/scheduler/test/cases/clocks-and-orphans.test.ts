import { expect, it } from "vitest";
import { wholeCount } from "../../../../test-support/whole-count.ts";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { addHistory, homeDisk, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";

const elsewhere = { location: "home", id: "disk-2" };
const YEAR = 365 * DAY;

it("clock-1 (rule 15): a wall clock a year ahead for an hour delays nothing, and deletes nothing meanwhile", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H P1D", count: 26, newest: world.clock.now() - 30 * MINUTE });
  await world.start([ruleOf("PT1H P1D")]);
  await world.advance(10 * MINUTE);
  const deletedBefore = world.deletions().length;
  world.clock.wallError = YEAR;
  await world.advance(HOUR);
  expect(world.deletions().length).toBe(deletedBefore);
  expect(world.reasons().some((reason) => reason === "ClockApart" || reason === "ClockStepped")).toBe(true);
  world.clock.wallError = 0;
  const before = world.creations().length;
  const days = wholeCount(30, 7);
  await world.advance(days * DAY);
  expect(world.creations().length - before).toBeGreaterThanOrEqual(days * 24 - 1);
});

it("clock-1 (rule 15): also where the storage system gives no dates", async () => {
  const world = new SchedulerWorld({ sendsDate: false });
  await world.start([ruleOf("PT1H P1D")]);
  await world.advance(10 * MINUTE);
  world.clock.wallError = YEAR;
  await world.advance(HOUR);
  world.clock.wallError = 0;
  const days = wholeCount(30, 7);
  await world.advance(days * DAY);
  expect(world.creations().length).toBeGreaterThanOrEqual(days * 24 - 1);
  expect(world.creations().length).toBeLessThanOrEqual(days * 24 + 5);
});

it("clock-1 (rule 15): a wall clock that is wrong from the start", async () => {
  for (const wallError of [YEAR, -YEAR]) {
    const world = new SchedulerWorld({ sendsDate: false });
    addHistory(world.storage, { schedule: "PT1H P1D", count: 25, newest: world.clock.now() - 30 * MINUTE });
    world.clock.wallError = wallError;
    await world.start([ruleOf("PT1H P1D")]);
    await world.advance(2 * DAY);
    expect(world.creations().length).toBeGreaterThanOrEqual(47);
    expect(world.creations().length).toBeLessThanOrEqual(50);
    expect(world.deletions()).toEqual([]);
  }
});

it("clock-2 (rules 8, 15): an orphan does not expire by a machine 400 days ahead", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "P1D P1Y", count: 365, newest: world.clock.now() - HOUR, policy: "expire" });
  world.clock.wallError = 400 * DAY;
  await world.start([ruleOf("P1D P7D", { disk: elsewhere })]);
  await world.advance(2 * DAY);
  expect(world.count(homeDisk)).toBe(365);
});

it("rule 8: an orphan whose policy is to expire ages out, down to the newest", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "P1D P7D", count: 8, newest: world.clock.now() - HOUR, policy: "expire" });
  await world.start([ruleOf("P1D P7D", { disk: elsewhere })]);
  await world.advance(30 * MINUTE);
  expect(world.count(homeDisk)).toBe(8);
  await world.advance(20 * DAY);
  expect(world.count(homeDisk)).toBe(1);
});

it("rule 8: one whose policy is to retain stays", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "P1D P7D", count: 20, newest: world.clock.now() - HOUR });
  await world.start([ruleOf("P1D P7D", { disk: elsewhere })]);
  await world.advance(60 * DAY);
  expect(world.count(homeDisk)).toBe(20);
});

it("policy-1 (rule 8): a policy that no snapshot carries yet is said to be lost when the rule goes", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "P1D P7D", count: 8, newest: world.clock.now() - 12 * HOUR });
  const other = ruleOf("P1D P7D", { disk: elsewhere });
  const { scheduler } = await world.start([other, ruleOf("P1D P7D")]);
  await world.advance(MINUTE);
  scheduler.setRules([other, ruleOf("P1D P7D", { deletionPolicy: "expire" })]);
  await world.advance(HOUR);
  scheduler.setRules([other]);
  await world.advance(60 * DAY);
  expect(world.count(homeDisk)).toBe(8);
  expect(world.reasons()).toContain("PolicyNotRecorded");
});

it("policy-1 (rule 8): a policy that the newest one carries drains to the newest", async () => {
  const world = new SchedulerWorld();
  const other = ruleOf("P1D P7D", { disk: elsewhere });
  const { scheduler } = await world.start([other, ruleOf("PT1H PT5H", { deletionPolicy: "expire" })]);
  await world.advance(8 * HOUR);
  scheduler.setRules([other]);
  await world.advance(3 * DAY);
  expect(world.count(homeDisk)).toBe(1);
});

it("rule 8: names of rules whose disk is not known now keep what was made for them", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H PT5H", count: 6, newest: world.clock.now() - HOUR, policy: "expire" });
  const { scheduler } = await world.start([ruleOf("P1D P7D", { disk: elsewhere })]);
  scheduler.setRules([ruleOf("P1D P7D", { disk: elsewhere })], new Set([`pv-${homeDisk.id}`]));
  await world.advance(3 * DAY);
  expect(world.count(homeDisk)).toBe(6);
  expect(world.reasons()).toContain("RuleUnresolved");
});

it("crd-1 (rule 8): a kind that the API server does not know now is no absence of its rules", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H P7D", count: 169, newest: world.clock.now() - HOUR, policy: "expire" });
  const other = ruleOf("P1D P7D", { disk: elsewhere });
  const { scheduler } = await world.start([other, ruleOf("PT1H P7D", { deletionPolicy: "expire" })]);
  await world.advance(MINUTE);
  const before = world.count(homeDisk);
  scheduler.setRules([other], new Set(["pv-*", "*-pv-*"]));
  await world.advance(7 * DAY);
  expect(world.count(homeDisk)).toBe(before);

  scheduler.setRules([other]);
  await world.advance(30 * MINUTE);
  expect(world.count(homeDisk)).toBe(before);
  await world.advance(30 * DAY);
  expect(world.count(homeDisk)).toBe(1);
});

it("rule 1: one dated a year ahead is kept, said, and counted for nothing", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "P1D P30D", count: 31, newest: world.clock.now() - 2 * HOUR });
  addHistory(world.storage, { schedule: "P1D P30D", count: 1, newest: world.clock.now() + 400 * DAY });
  await world.start([ruleOf("P1D P30D")]);
  await world.advance(30 * DAY);
  expect(world.creations().length).toBe(30);
  expect(world.count(homeDisk)).toBe(32);
  expect(world.reasons()).toContain("FutureDated");
});

it("rule 1: one from the future counts once its date has come", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H P1D", count: 5, newest: world.clock.now() - MINUTE });
  addHistory(world.storage, { schedule: "PT1H P1D", count: 1, newest: world.clock.now() + 50 * MINUTE });
  await world.start([ruleOf("PT1H P1D")]);
  await world.advance(109 * MINUTE);
  expect(world.creations()).toEqual([]);
  await world.advance(2 * MINUTE);
  expect(world.creations()).toHaveLength(1);
});
