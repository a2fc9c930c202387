import type { Mutant } from "./mutant.ts";

const truth = "test/rules/rule-13-truth.test.ts";
const young = "rule 13: ready only while the newest ready one is young enough";

export const mutants: readonly Mutant[] = [
  {
    rule: "13",
    name: "ready whatever the age of the newest",
    file: "planner/readiness.ts",
    search: "ready: lateAt !== undefined && dueDate(present, state) < lateAt,",
    replace: "ready: lateAt !== undefined,",
    killedBy: { exploration: "faults" },
  },
  {
    rule: "13",
    name: "ready before there is any",
    file: "planner/readiness.ts",
    search: "ready: lateAt !== undefined && dueDate(present, state) < lateAt,",
    replace: "ready: lateAt === undefined || dueDate(present, state) < lateAt,",
    killedBy: { exploration: "faults" },
  },
  {
    rule: "13",
    name: "one that the newest list lacks makes a disk ready",
    file: "planner/readiness.ts",
    search: "const ready = withoutMissed(planning);",
    replace: "const { ready } = planning.snapshots;",
    killedBy: { test: truth, name: `${young} one that was ready at once` },
  },
  {
    rule: "13",
    name: "how long a making takes is not counted",
    file: "planner/readiness.ts",
    search: "+ making + Math.max(10 * MINUTE",
    replace: "+ Math.max(10 * MINUTE",
    killedBy: { test: truth, name: `${young} an interval, a making` },
  },
  {
    rule: "13",
    name: "the shortest making counts",
    file: "planner/readiness.ts",
    search: "Math.max(...state.makings)",
    replace: "Math.min(...state.makings)",
    killedBy: { test: truth, name: `${young} by the longest` },
  },
  {
    rule: "13",
    name: "no ten minutes for short intervals",
    file: "planner/readiness.ts",
    search: "Math.max(10 * MINUTE, interval / 10)",
    replace: "interval / 10",
    killedBy: { test: truth, name: `${young} ten minutes at least` },
  },
  {
    rule: "13",
    name: "a making longer than the interval is not counted twice",
    file: "planner/readiness.ts",
    search: "newest + Math.max(interval, making) +",
    replace: "newest + interval +",
    killedBy: { test: truth, name: `${young} ten minutes at least` },
  },
  {
    rule: "13",
    name: "what was there once counts",
    file: "planner/readiness.ts",
    search: "const newest = ready.at(-1)?.createdAt;",
    replace: "const newest = state.newestDate;",
    killedBy: { exploration: "faults" },
  },
];
