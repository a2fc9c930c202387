import type { RuleSet } from "./derive-rules.ts";
import type { ObjectIdentity } from "./kubernetes-objects.ts";
import type { RuleProblem } from "./rule-problem.ts";
import type { RuleTarget, SourceRule } from "./source-rule.ts";

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

/** Compares two sets; the first one is compared with `undefined`. */
export function ruleSetChanges(before: RuleSet | undefined, after: RuleSet): RuleSetChanges {
  const rules = changes(before?.rules ?? [], after.rules, sameRule);
  const problems = changes(before?.problems ?? [], after.problems, sameProblem);
  return {
    added: rules.added,
    updated: rules.updated,
    removed: rules.removed,
    problems: [...problems.added, ...problems.updated.map((change) => change.after)],
    solved: problems.removed,
  };
}

/** Whether anything changed at all. */
export function isEmptyChange(change: RuleSetChanges): boolean {
  return Object.values(change).every((list: readonly unknown[]) => list.length === 0);
}

function changes<T extends { readonly id: string }>(
  before: readonly T[],
  after: readonly T[],
  same: (a: T, b: T) => boolean,
): { added: T[]; updated: { before: T; after: T }[]; removed: T[] } {
  const gone = new Map(before.map((item) => [item.id, item]));
  const added: T[] = [];
  const updated: { before: T; after: T }[] = [];
  for (const item of after) {
    const previous = gone.get(item.id);
    gone.delete(item.id);
    if (previous === undefined) added.push(item);
    else if (!same(previous, item)) updated.push({ before: previous, after: item });
  }
  return { added, updated, removed: [...gone.values()] };
}

function sameRule(a: SourceRule, b: SourceRule): boolean {
  return (
    sameOrigin(a.origin, b.origin) &&
    a.name === b.name &&
    a.deltas.text === b.deltas.text &&
    a.deletionPolicy === b.deletionPolicy &&
    a.ignoreDeletionBudget === b.ignoreDeletionBudget &&
    a.warnings.join("\n") === b.warnings.join("\n") &&
    sameTarget(a.target, b.target)
  );
}

function sameProblem(a: RuleProblem, b: RuleProblem): boolean {
  return (
    sameOrigin(a.origin, b.origin) &&
    a.name === b.name &&
    a.reason === b.reason &&
    a.message === b.message &&
    sameTarget(a.target, b.target)
  );
}

function sameOrigin(a: ObjectIdentity, b: ObjectIdentity): boolean {
  return a.uid === b.uid && a.generation === b.generation;
}

/** Objects are replaced only when they change, so that volumes and disks need no deep comparison. */
function sameTarget(a: RuleTarget | undefined, b: RuleTarget | undefined): boolean {
  if (a?.kind === "volume" && b?.kind === "volume") return a.volume === b.volume && a.claim?.uid === b.claim?.uid;
  if (a?.kind === "disk" && b?.kind === "disk") return a.backend === b.backend && a.disk === b.disk;
  return a === b;
}
