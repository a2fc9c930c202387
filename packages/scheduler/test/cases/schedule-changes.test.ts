import { decideRetention, parseDeltas } from "@k8s-snapshots/retention";
import { expect, it } from "vitest";
import { wholeCount } from "../../../../test-support/whole-count.ts";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { addHistory, homeDisk, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";

/** How many of the snapshots that were there at the start are there. */
function oldOnes(world: SchedulerWorld, ids: readonly string[]): number {
  const there = new Set(world.idsOf(homeDisk));
  return ids.filter((id) => there.has(id)).length;
}

it("typo-1 (rule 5): a mistyped delta costs nothing until the grace ends, then goes by budget, and is said", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "P1D P1Y", count: 366, newest: world.clock.now() - HOUR });
  const ids = world.idsOf(homeDisk);
  const { scheduler } = await world.start([ruleOf("P1D P1Y")]);
  await world.advance(30 * MINUTE);
  scheduler.setRules([ruleOf("PT10M P1D")]);
  await world.advance(24 * HOUR);
  expect(oldOnes(world, ids)).toBe(366);
  const grace = world
    .eventsOf("disk.deferred")
    .flatMap(({ deferrals }) => deferrals.filter(({ reason }) => reason === "Grace"));
  expect(grace.length).toBeGreaterThan(0);
  expect(Math.max(...grace.map(({ count }) => count))).toBeGreaterThan(360);
  await world.advance(6 * HOUR);
  expect(oldOnes(world, ids)).toBeGreaterThanOrEqual(366 - 37);
});

it("typo-2 (rule 5): what is edited back within a day has cost nothing", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "P1D P30D", count: 31, newest: world.clock.now() - HOUR });
  const ids = world.idsOf(homeDisk);
  const { scheduler } = await world.start([ruleOf("P1D P30D")]);
  await world.advance(30 * MINUTE);
  scheduler.setRules([ruleOf("PT1H PT2H")]);
  await world.advance(20 * HOUR);
  scheduler.setRules([ruleOf("P1D P30D")]);
  await world.advance(HOUR);
  expect(oldOnes(world, ids)).toBe(31);
});

it("typo-2 (rule 5): also where the daemon restarts each two hours and the newest is older than the grace", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "P7D P1Y", count: 53, newest: world.clock.now() - 3 * DAY });
  const ids = world.idsOf(homeDisk);
  for (let hours = 0; hours < 24; hours += 2) {
    const { stop } = await world.start([ruleOf(hours === 0 ? "P7D P1Y" : "P1D P7D")]);
    await world.advance(2 * HOUR);
    stop.abort();
    await world.advance(MINUTE);
    expect(oldOnes(world, ids), `after ${hours + 2} h`).toBe(53);
  }
});

it("rule 5: a confirmed schedule ends the grace and the other schedule's budget at once", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "P1D P1Y", count: 366, newest: world.clock.now() - 23 * HOUR });
  const { scheduler } = await world.start([ruleOf("P1D P1Y")]);
  await world.advance(30 * MINUTE);
  scheduler.setRules([ruleOf("P1D P7D", { confirmedDeltas: "P1D P7D" })]);
  await world.advance(3 * HOUR);
  expect(world.count(homeDisk)).toBeLessThan(10);
});

it("rule 5: a confirmation of another schedule confirms nothing", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "P1D P1Y", count: 366, newest: world.clock.now() - 23 * HOUR });
  const ids = world.idsOf(homeDisk);
  const { scheduler } = await world.start([ruleOf("P1D P1Y")]);
  await world.advance(30 * MINUTE);
  scheduler.setRules([ruleOf("P1D P7D", { confirmedDeltas: "P1D P30D" })]);
  await world.advance(20 * HOUR);
  expect(oldOnes(world, ids)).toBe(366);
});

it("flap-1 (rule 5): of two schedules that alternate neither loses what it would keep", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H P30D", count: 720, newest: world.clock.now() - MINUTE });
  const { scheduler } = await world.start([ruleOf("PT1H P30D")]);
  const schedules = [parseDeltas("PT1H P30D"), parseDeltas("P7D P1Y")];
  for (let turn = 1; turn <= (wholeCount(3, 1) * DAY) / (5 * MINUTE); turn++) {
    scheduler.setRules([ruleOf(turn % 2 === 1 ? "P7D P1Y" : "PT1H P30D")]);
    await world.advance(5 * MINUTE);
  }
  const there = world.snapshots(homeDisk);
  expect(there.length).toBeGreaterThanOrEqual(719);
  for (const deltas of schedules) {
    expect(decideRetention(deltas, there).kept.length).toBeGreaterThan(4);
  }
});

it("rule 5: schedules compare by value", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H PT24H", count: 40, newest: world.clock.now() - MINUTE });
  await world.start([ruleOf("PT60M P1D")]);
  await world.advance(3 * HOUR);
  expect(world.reasons()).not.toContain("Grace");
  expect(world.deletions().length).toBeGreaterThan(2);
});

it("rule 5: a list that lacks the newest does not end the grace of an edit that was taken back", async () => {
  const world = new SchedulerWorld();
  const often = ruleOf("PT5M PT30M", { disk: { location: "home", id: "often" } });
  const { scheduler } = await world.start([ruleOf("PT1H PT2H"), often]);
  await world.advance(5 * HOUR + 30 * MINUTE);
  scheduler.setRules([ruleOf("PT1H P1D"), often]);
  await world.advance(3 * HOUR);
  scheduler.setRules([ruleOf("PT1H PT2H"), often]);
  await world.advance(25 * MINUTE);
  const [first, ...later] = world.snapshots(homeDisk);
  const set = (state: "unknown" | "ready"): void => {
    for (const { id } of later)
      world.storage.setState({ id, location: "home" }, state === "ready" ? "ready" : "deleting");
  };
  set("unknown");
  await world.advance(10 * MINUTE);
  set("ready");
  const made = world.snapshots(homeDisk).at(-1);
  const since = (labels: Readonly<Record<string, string>> | undefined): number =>
    Number.parseInt(labels?.["k8s-snapshots/marks"]?.split("-")[1] ?? "", 36);
  expect(made?.createdAt.getTime()).toBeGreaterThan(world.clock.now() - 11 * MINUTE);
  expect(since(made?.labels)).toBeGreaterThan(since(first?.labels));
});
