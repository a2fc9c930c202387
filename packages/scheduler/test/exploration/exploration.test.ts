import { describe, expect, it } from "vitest";
import { wholeCount } from "../../../../test-support/whole-count.ts";
import { Coverage } from "./coverage.ts";
import { explore } from "./explore.ts";
import { printCounterExample } from "./print-counter-example.ts";
import { setups } from "./setups.ts";

/** Of `pnpm check:core`, which walks a hundred times as far. */
const STATES = wholeCount(4_000, 400);

describe("the core, explored", () => {
  const coverage = new Coverage();

  it.each(setups.map((setup) => [setup.name, setup] as const))("holds every rule: %s", (_, setup) => {
    const { faults } = explore(setup, { states: STATES, settleEach: 200, coverage, stopAtFault: false });
    expect(faults.map(printCounterExample).join("\n")).toBe("");
  });
});
