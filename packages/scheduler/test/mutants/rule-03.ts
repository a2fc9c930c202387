import { CI_STATES, type Mutant } from "./mutant.ts";

const newest = "test/rules/rule-03-newest.test.ts";

export const mutants: readonly Mutant[] = [
  {
    rule: "3",
    name: "the newest of the list may go",
    file: "planner/plan-deletions.ts",
    search: " && row !== newest && row !== ready.at(-1)",
    replace: "",
    killedBy: { test: newest, name: "rule 3: the newest of the list stays, also where" },
  },
  {
    rule: "3",
    name: "the newest one may make room",
    file: "planner/plan-room.ts",
    search: "row !== confirmed.at(-1) && row !== newest && isDeletable(row, planning)",
    replace: "isDeletable(row, planning)",
    killedBy: { test: newest, name: "rule 3: the newest of the list stays at a full limit" },
  },
  {
    rule: "3",
    name: "the newest of an orphan's may go",
    file: "planner/plan-orphan.ts",
    search: "row !== newest && row !== candidates.at(-1) && isDeletable(row, { backingOff })",
    replace: "isDeletable(row, { backingOff })",
    killedBy: { exploration: "orphan", states: CI_STATES },
  },
  {
    rule: "3",
    name: "of an orphan's the newest of the list may go, while a newer one is in no list",
    file: "planner/plan-orphan.ts",
    search: "row !== newest && row !== candidates.at(-1) &&",
    replace: "row !== newest &&",
    killedBy: { test: newest, name: "rule 3: of an orphan's the newest stays" },
  },
];
