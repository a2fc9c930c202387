import { expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { homeDisk, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";

const policy = { rulesMaxAge: DAY, rulesMaxAgeForDeletions: 10 * MINUTE };

it("api-1 (rule 2): without an API server snapshots go on for a day and deletions for ten minutes, and all of it again with one", async () => {
  const world = new SchedulerWorld();
  const { scheduler } = await world.start([ruleOf("PT1H PT3H")], { policy });
  for (let minutes = 0; minutes < 8 * 60; minutes++) {
    scheduler.confirmRules();
    await world.advance(MINUTE);
  }
  expect(world.deletions().length).toBeGreaterThan(0);
  await world.advance(11 * MINUTE);

  const held = world.count(homeDisk);
  const deleted = world.deletions().length;
  await world.advance(23 * HOUR);
  expect(world.count(homeDisk)).toBe(held + 23);
  expect(world.deletions()).toHaveLength(deleted);
  expect(world.reasons()).toContain("RulesNotConfirmed");

  await world.advance(2 * DAY);
  const most = world.count(homeDisk);
  expect(most).toBeLessThanOrEqual(held + 24);
  expect(world.reasons()).toContain("RulesTooOld");

  scheduler.confirmRules();
  await world.advance(MINUTE);
  expect(world.count(homeDisk)).toBeLessThan(most);
  expect(world.creations().at(-1)?.at).toBeGreaterThan(world.clock.now() - 2 * MINUTE);
});

it("an age that is told does not make the rules older than they are", async () => {
  const world = new SchedulerWorld();
  const { scheduler } = await world.start([ruleOf("PT1H PT3H")], { policy });
  scheduler.confirmRules(2 * DAY);
  await world.advance(61 * MINUTE);
  expect(world.creations()).toHaveLength(2);
});
