import { expect, it } from "vitest";
import { simulate } from "./simulate.ts";

it.each([1, 2, 3])("no safety rule is broken in two months with a faulty cloud (seed %i)", async (seed) => {
  const result = await simulate({ seed, disks: 20, days: 60, locations: 2, crashes: 12, ruleChanges: 60 });
  expect(result.created).toBeGreaterThan(60 * 20);
  expect(result.unsettled).toEqual([]);
});
