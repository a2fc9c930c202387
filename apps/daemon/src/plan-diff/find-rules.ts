import { type Rule, scheduleKey } from "@k8s-snapshots/scheduler";
import type { ResolvedRules } from "../rules/resolved-rules.ts";
import type { ClusterEdit, DeltasEdit } from "./diff-words.ts";
import { refuseSame } from "./diff-words.ts";

/** A rule, and what its deltas are edited to. */
export interface EditedRule {
  readonly rule: Rule;
  readonly edit: DeltasEdit;
}

const kinds: Readonly<Record<string, { readonly kind: string; readonly isNamespaced: boolean }>> = {
  pvc: { kind: "PersistentVolumeClaim", isNamespaced: true },
  persistentvolumeclaim: { kind: "PersistentVolumeClaim", isNamespaced: true },
  pv: { kind: "PersistentVolume", isNamespaced: false },
  persistentvolume: { kind: "PersistentVolume", isNamespaced: false },
  sr: { kind: "SnapshotRule", isNamespaced: true },
  snapshotrule: { kind: "SnapshotRule", isNamespaced: true },
};

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
  { object, after }: Extract<ClusterEdit, { readonly object: string }>,
  { rules, findings }: ResolvedRules,
  namespace: string,
): EditedRule {
  const id = idOf(object, namespace);
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

/** As rules are named: `PersistentVolumeClaim/NAMESPACE/NAME`. */
function idOf(object: string, namespace: string): string {
  const [written = "", ...names] = object.split("/");
  const known = kinds[written.toLowerCase()];
  const name = names.at(-1);
  if (known === undefined || name === undefined || name === "" || names.length > (known.isNamespaced ? 2 : 1)) {
    throw new Error(
      `cannot tell which object ${object} is: write pvc/NAME, pv/NAME or snapshotrule/NAME, and -n NAMESPACE`,
    );
  }
  if (!known.isNamespaced) return `${known.kind}/${name}`;
  return `${known.kind}/${names.length === 2 ? names[0] : namespace}/${name}`;
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
