import { expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { homeDisk, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";

it("takes an hourly snapshot and settles", async () => {
  const world = new SchedulerWorld();
  await world.start([ruleOf("PT1H P1D")]);
  const counts: number[] = [];
  await world.watch(3 * DAY, HOUR, () => counts.push(world.count(homeDisk)));
  console.log(
    counts.join(" "),
    world.creations().length,
    world.deletions().length,
    world.reasons().slice(0, 20),
    world.calls.filter((c) => c.operation === "listSnapshots").length,
    MINUTE,
  );
  expect(counts.at(-1)).toBeLessThan(28);
});
