import type { RuleSource } from "@k8s-snapshots/k8s-source";

/** What SnapshotRules are called: `[namespace-]rule-NAME`. */
const namesOfSnapshotRules = ["rule-*", "*-rule-*"];

/**
 * Names of rules that may be there although the API server serves none: while it does not know the kind SnapshotRule, its
 * definition may be about to come back, and what was made for such rules must not expire as if they had been removed.
 */
export function absentRules(health: ReturnType<RuleSource["health"]>): readonly string[] {
  return health.some(({ resource, absent }) => resource === "snapshotrules" && absent) ? namesOfSnapshotRules : [];
}
