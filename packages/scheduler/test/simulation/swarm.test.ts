import { expect, it } from "vitest";
import { wholeCount } from "../../../../test-support/whole-count.ts";
import { commandOf, shrink } from "./shrink.ts";
import { simulateSeed } from "./simulate-seed.ts";

const SEEDS = wholeCount(30, 5);

it(`the swarm: ${SEEDS} random worlds break no safety rule`, { timeout: 600_000 }, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const result = await simulateSeed(seed);
    if (result.violations.length === 0) continue;
    const smallest = await shrink(result);
    expect(smallest.violations, commandOf(smallest)).toEqual([]);
  }
});

it("the swarm: a seed is the same whenever it is run", async () => {
  expect(await simulateSeed(10)).toEqual(await simulateSeed(10));
});
