import type { Mutant } from "./mutant.ts";

export const mutants: readonly Mutant[] = [
  {
    rule: "10",
    name: "due by the grid of the interval, not an interval after the newest",
    file: "planner/plan-creation.ts",
    search:
      "const scheduledAt = newest === -NEVER ? now : interval.after(newest) - earlyBy(planning, room.governing, newest);",
    replace: "const scheduledAt = newest === -NEVER ? now : newest + interval.milliseconds / 2;",
    killedBy: { test: "test/rules/rule-10-downtime.test.ts", name: "rule 10" },
  },
  {
    rule: "10",
    name: "each snapshot comes early, not the second alone",
    file: "planner/spread.ts",
    search: "  if (held === undefined || held !== others) return 0;\n",
    replace: "",
    killedBy: { test: "test/rules/rule-10-spread.test.ts", name: "rule 10: the second snapshot" },
  },
  {
    rule: "10",
    name: "the first one under another schedule makes the next one early",
    file: "planner/spread.ts",
    search: " || last.marks.schedule !== scheduleKey(deltas)",
    replace: "",
    killedBy: { test: "test/rules/rule-10-spread.test.ts", name: "rule 10: the second snapshot" },
  },
  {
    rule: "10",
    name: "all disks come early by the same time",
    file: "planner/spread.ts",
    search: "hashText(`",
    replace: "0 * hashText(`",
    killedBy: { test: "test/rules/rule-10-spread.test.ts", name: "rule 10: hourly snapshots of many volumes" },
  },
];
