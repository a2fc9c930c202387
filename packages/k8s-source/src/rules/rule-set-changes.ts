import type { ObjectIdentity } from "../watch/kubernetes-objects.ts";
import type { RuleSet } from "./derive-rules.ts";
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
  const rules = changes(before?.rules ?? [], after.rules, isSame(ruleEquality));
  const problems = changes(before?.problems ?? [], after.problems, isSame(problemEquality));
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
  areSame: (a: T, b: T) => boolean,
): { added: T[]; updated: { before: T; after: T }[]; removed: T[] } {
  const gone = new Map(before.map((item) => [item.id, item]));
  const added: T[] = [];
  const updated: { before: T; after: T }[] = [];
  for (const item of after) {
    const previous = gone.get(item.id);
    gone.delete(item.id);
    if (previous === undefined) added.push(item);
    else if (!areSame(previous, item)) updated.push({ before: previous, after: item });
  }
  return { added, updated, removed: [...gone.values()] };
}

/** How each field is compared: a field that is missing here does not compile. */
type Equality<T> = { readonly [Field in keyof Required<T>]: (a: T[Field], b: T[Field]) => boolean };

const same = <T>(a: T, b: T): boolean => a === b;

const ruleEquality: Equality<SourceRule> = {
  id: same,
  name: same,
  origin: sameOrigin,
  target: sameTarget,
  deltas: (a, b) => a.text === b.text,
  deletionPolicy: same,
  ignoreDeletionBudget: same,
  confirmedDeltas: same,
  warnings: (a, b) => a.join("\n") === b.join("\n"),
};

const problemEquality: Equality<RuleProblem> = {
  id: same,
  name: same,
  origin: sameOrigin,
  outcome: same,
  reason: same,
  message: same,
  target: sameTarget,
  supersededBy: same,
};

function isSame<T extends object>(equality: Equality<T>): (a: T, b: T) => boolean {
  const fields = Object.keys(equality) as (keyof T)[];
  return (a, b) => fields.every((field) => equality[field](a[field], b[field]));
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
