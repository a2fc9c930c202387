import type { RuleProblem } from "./rule-problem.ts";
import type { SourceRule } from "./source-rule.ts";

/** All that a cluster's objects declare. Every object that asks for snapshots is in one of the two, by its id. */
export interface RuleSet {
  /** At most one for each PersistentVolume; the same disk may still have several. */
  readonly rules: ReadonlyMap<string, SourceRule>;

  readonly problems: ReadonlyMap<string, RuleProblem>;
}

/** What differs between two rule sets. */
export interface RuleSetChanges {
  readonly added: readonly SourceRule[];
  readonly updated: readonly { readonly before: SourceRule; readonly after: SourceRule }[];
  /** Rules that are gone. Their object may have a problem now. */
  readonly removed: readonly SourceRule[];
  /** Problems that are new, or say something else than before. */
  readonly problems: readonly RuleProblem[];
  /** Problems that are no more. Their object may have a rule now, or be gone. */
  readonly solved: readonly RuleProblem[];
}

/** Whether anything changed at all. */
export function isEmptyChange(change: RuleSetChanges): boolean {
  return Object.values(change).every((list: readonly unknown[]) => list.length === 0);
}
