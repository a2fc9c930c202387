import type { AnnotationKeys } from "./rule-settings.ts";
import type { DeletionPolicy, SourceRule } from "./source-rule.ts";

/** What a rule may say beside its deltas. */
export type RuleOptions = Pick<SourceRule, "deletionPolicy" | "ignoreDeletionBudget" | "warnings">;

type Annotations = Readonly<Record<string, string>>;

/** The options of an annotated volume or claim. */
export function annotatedOptions(annotations: Annotations, keys: AnnotationKeys): RuleOptions {
  return combine(
    readDeletionPolicy(annotations[keys.deletionPolicy], `annotation ${keys.deletionPolicy}`),
    readIgnoreDeletionBudget(annotations, keys),
  );
}

/** The options of a SnapshotRule: its policy is a field, its budget an annotation as everywhere. */
export function snapshotRuleOptions(
  deletionPolicy: unknown,
  annotations: Annotations,
  keys: AnnotationKeys,
): RuleOptions {
  return combine(
    readDeletionPolicy(deletionPolicy, "spec.deletionPolicy"),
    readIgnoreDeletionBudget(annotations, keys),
  );
}

interface Reading<T> {
  readonly value: T;
  readonly warning?: string;
}

// A value that is not understood costs nobody their snapshots: the safe one holds, with a warning.

function readDeletionPolicy(value: unknown, where: string): Reading<DeletionPolicy> {
  if (value === undefined || value === "retain" || value === "expire") return { value: value ?? "retain" };
  const warning = `${where} is ${JSON.stringify(value)}, taken for "retain": write "retain" or "expire"`;
  return { value: "retain", warning };
}

function readIgnoreDeletionBudget(annotations: Annotations, keys: AnnotationKeys): Reading<boolean> {
  const value = annotations[keys.ignoreDeletionBudget];
  if (value === undefined || value === "true" || value === "false") return { value: value === "true" };
  const warning = `annotation ${keys.ignoreDeletionBudget} is ${JSON.stringify(value)}, taken for "false": write "true" or "false"`;
  return { value: false, warning };
}

function combine(policy: Reading<DeletionPolicy>, ignoreBudget: Reading<boolean>): RuleOptions {
  return {
    deletionPolicy: policy.value,
    ignoreDeletionBudget: ignoreBudget.value,
    warnings: [policy.warning, ignoreBudget.warning].filter((warning) => warning !== undefined),
  };
}
