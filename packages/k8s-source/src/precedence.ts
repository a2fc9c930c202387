import type { RuleProblem } from "./rule-problem.ts";
import type { SourceRule } from "./source-rule.ts";

const rank = { SnapshotRule: 0, PersistentVolumeClaim: 1, PersistentVolume: 2 } as const;

/**
 * Orders rules for one disk: the one that goes first comes first. A SnapshotRule goes before the claim's annotation,
 * that one before the volume's; of several SnapshotRules the oldest goes first, so that nobody takes a disk over by
 * adding a rule.
 */
export function byPrecedence(a: Pick<SourceRule, "origin">, b: Pick<SourceRule, "origin">): number {
  return (
    rank[a.origin.kind] - rank[b.origin.kind] ||
    // The API server writes whole seconds in UTC, which sort as text.
    compareStrings(a.origin.creationTimestamp, b.origin.creationTimestamp) ||
    compareStrings(a.origin.uid, b.origin.uid)
  );
}

/** What is said of a rule that another one for the same disk goes before. */
export function supersededProblem(rule: SourceRule, winner: SourceRule): RuleProblem {
  return {
    id: rule.id,
    name: rule.name,
    origin: rule.origin,
    outcome: "superseded",
    reason: "SupersededByAnotherRule",
    message: `${winner.id} is a rule for the same disk and goes first: remove one of the two`,
    target: rule.target,
    supersededBy: winner.id,
  };
}

/** Code unit order: the same everywhere, whatever the locale. */
export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
