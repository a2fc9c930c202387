import type { Mutant } from "./mutant.ts";

const deletions = "test/cases/deletions.test.ts";

export const mutants: readonly Mutant[] = [
  {
    rule: "2",
    puts: "slow-1",
    name: "deletes only when the newest one is older than the list",
    file: "planner/plan-deletions.ts",
    search: "  const newest = confirmed.at(-1);\n  if (newest === undefined) {",
    replace:
      "  const newest = ready.length > confirmed.length ? undefined : confirmed.at(-1);\n  if (newest === undefined || snapshots.pending.length > 0) {",
    killedBy: { test: deletions, name: "slow-1" },
  },
  {
    rule: "2",
    puts: "stale-1",
    name: "the gate sends what was planned, without planning again",
    file: "loop/requests.ts",
    search: "    if (action === undefined) {\n      const isThere",
    replace: "    if (action === undefined && waiting.entry.state.table.length < 0) {\n      const isThere",
    killedBy: { test: deletions, name: "stale-1" },
  },
  {
    rule: "3",
    name: "the newest one may go",
    file: "planner/plan-deletions.ts",
    search: " && row !== newest && row !== ready.at(-1)",
    replace: "",
    killedBy: { exploration: "faults" },
  },
];
