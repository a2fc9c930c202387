import { type Rule, scheduleKey } from "@k8s-snapshots/scheduler";
import type { ResolvedRules } from "../rules/resolved-rules.ts";
import type { ClusterEdit, DeltasEdit } from "./diff-words.ts";
import { refuseSame } from "./diff-words.ts";
import { type ObjectName, objectId } from "./object-name.ts";

/** A rule, and what its deltas are edited to. */
export interface EditedRule {
  readonly rule: Rule;
  readonly edit: DeltasEdit;
}

/**
 * The rules that an edit is about.
 *
 * @throws {UsageError} if the object has those deltas already
 * @throws {Error} if there is none: why, and which ones there are
 */
export function findRules(edit: ClusterEdit, resolved: ResolvedRules, namespace: string): readonly EditedRule[] {
  return "object" in edit ? [findRule(edit, resolved, namespace)] : rulesWith(edit, resolved);
}

function findRule(
  { object, after }: Extract<ClusterEdit, { readonly object: ObjectName }>,
  { rules, findings }: ResolvedRules,
  namespace: string,
): EditedRule {
  const id = objectId(object, namespace);
  const rule = rules.find((one) => one.id === id);
  if (rule?.deltas !== undefined) {
    refuseSame(rule.deltas, after);
    return { rule, edit: { before: rule.deltas, after } };
  }
  const finding = findings.find((one) => one.id === id);
  if (finding !== undefined) throw new Error(`${id} has no rule that works: ${finding.reason}: ${finding.message}`);
  const others = rules.map((one) => one.id).filter((one) => one.split("/").at(-1) === id.split("/").at(-1));
  throw new Error(`${id} declares no deltas${others.length === 0 ? "" : `; ${fewOf(others)} does`}`);
}

function rulesWith(edit: DeltasEdit, { rules }: ResolvedRules): readonly EditedRule[] {
  const key = scheduleKey(edit.before);
  const found = rules.filter(({ deltas }) => deltas !== undefined && scheduleKey(deltas) === key);
  if (found.length > 0) return found.map((rule) => ({ rule, edit }));
  const there = [...new Set(rules.flatMap(({ deltas }) => (deltas === undefined ? [] : [deltas.text])))].sort();
  throw new Error(
    `no rule has the deltas ${edit.before.text}; ${there.length === 0 ? "there is none that works" : `there are ${fewOf(there)}`}`,
  );
}

const FEW = 5;

function fewOf(names: readonly string[]): string {
  const shown = names.slice(0, FEW).join(", ");
  return names.length <= FEW ? shown : `${shown} and ${names.length - FEW} more`;
}
