import type { Mutant } from "./mutant.ts";

export const mutants: readonly Mutant[] = [
  {
    rule: "10",
    name: "due by the grid of the interval, not an interval after the newest",
    file: "planner/plan-creation.ts",
    search: "const scheduledAt = newest === -NEVER ? now : interval.after(newest);",
    replace: "const scheduledAt = newest === -NEVER ? now : newest + interval.milliseconds / 2;",
    killedBy: { test: "test/rules/rule-10-downtime.test.ts", name: "rule 10" },
  },
];
