import { averageMilliseconds } from "@k8s-snapshots/retention";
import { objectPath } from "../watch/kubernetes-objects.ts";
import type { RuleProblem } from "./rule-problem.ts";
import type { SourceRule } from "./source-rule.ts";

const rank = { SnapshotRule: 0, PersistentVolumeClaim: 1, PersistentVolume: 2 } as const;

/**
 * Orders rules for one disk: the one that takes precedence comes first. A SnapshotRule comes before the claim's annotation,
 * that one before the volume's; of several SnapshotRules the oldest comes first, so that nobody takes a disk over by
 * adding a rule, and of those made in one second the first by name.
 */
export function byPrecedence(a: Pick<SourceRule, "origin">, b: Pick<SourceRule, "origin">): number {
  return (
    rank[a.origin.kind] - rank[b.origin.kind] ||
    // The API server writes whole seconds in UTC, which sort as text.
    compareStrings(a.origin.creationTimestamp, b.origin.creationTimestamp) ||
    compareStrings(objectPath(a.origin), objectPath(b.origin))
  );
}

/** Which rule takes precedence, and how to have what both ask for. */
export function supersededMessage(rule: SourceRule, winner: SourceRule): string {
  const durations = new Map(
    [...winner.deltas.durations, ...rule.deltas.durations].map((one) => [averageMilliseconds(one), one]),
  );
  const joined = [...durations]
    .sort(([a], [b]) => a - b)
    .map(([, { text }]) => text)
    .join(" ");
  const advice =
    joined === winner.deltas.text ? "remove this one" : `remove this one, or write "${joined}" there to have both`;
  return `${winner.id} is a rule for the same disk and takes precedence: ${advice}`;
}

/** The problem of a rule to which another one for the same disk is preferred. */
export function supersededProblem(rule: SourceRule, winner: SourceRule): RuleProblem {
  return {
    id: rule.id,
    name: rule.name,
    origin: rule.origin,
    outcome: "superseded",
    reason: "SupersededByAnotherRule",
    message: supersededMessage(rule, winner),
    target: rule.target,
    supersededBy: winner.id,
  };
}

/** Code unit order: the same everywhere, whatever the locale. */
export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
