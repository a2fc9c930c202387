import { printable } from "@k8s-snapshots/backend-api";
import type { Deltas } from "@k8s-snapshots/retention";
import type { DeltasReading } from "./deltas-reader.ts";
import type { AnnotationKeys } from "./rule-settings.ts";
import type { DeletionPolicy, SourceRule } from "./source-rule.ts";

/** What a rule may say beside its deltas. */
export interface RuleOptions extends Pick<SourceRule, "deletionPolicy" | "ignoreDeletionBudget" | "warnings"> {
  /** As written; {@link readConfirmation} says what it means beside the deltas. */
  readonly confirmation: WrittenConfirmation | undefined;
}

/** A confirmation of the deltas, and where it is written, for messages. */
export interface WrittenConfirmation {
  readonly value: unknown;
  readonly where: string;
}

type Annotations = Readonly<Record<string, string>>;

/** The options of an annotated volume or claim. */
export function annotatedOptions(annotations: Annotations, keys: AnnotationKeys): RuleOptions {
  return combine(
    readDeletionPolicy(annotations[keys.deletionPolicy], `annotation ${keys.deletionPolicy}`),
    readIgnoreDeletionBudget(annotations, keys),
    written(annotations[keys.confirmDeltas], `annotation ${keys.confirmDeltas}`),
  );
}

/** The options of a SnapshotRule: policy and confirmation are fields, the budget is an annotation as everywhere. */
export function snapshotRuleOptions(
  { deletionPolicy, confirmDeltas }: Readonly<Record<string, unknown>>,
  annotations: Annotations,
  keys: AnnotationKeys,
): RuleOptions {
  return combine(
    readDeletionPolicy(deletionPolicy, "spec.deletionPolicy"),
    readIgnoreDeletionBudget(annotations, keys),
    written(confirmDeltas, "spec.confirmDeltas"),
  );
}

/** What a confirmation means beside the deltas of its rule. One that is not theirs confirms nothing, with a warning. */
export function readConfirmation(
  confirmation: WrittenConfirmation | undefined,
  deltas: Deltas,
  readDeltas: (text: string) => DeltasReading,
): Pick<SourceRule, "confirmedDeltas" | "warnings"> {
  if (confirmation === undefined) return { warnings: [] };
  const { value, where } = confirmation;
  if (typeof value !== "string") return { warnings: [`${where} is not a string, ignored: repeat the deltas`] };
  const reading = readDeltas(value);
  if ("problem" in reading) {
    return { warnings: [`${where} is ${quoted(value)}, ignored: ${reading.problem}`] };
  }
  const { text } = reading.deltas;
  if (isSameSchedule(reading.deltas, deltas)) return { confirmedDeltas: text, warnings: [] };
  const warning = `${where} is for another schedule than deltas: ${quoted(text)} confirms nothing of ${quoted(deltas.text)}`;
  return { confirmedDeltas: text, warnings: [warning] };
}

interface Reading<T> {
  readonly value: T;
  readonly warning?: string;
}

// A value that is not understood costs nobody their snapshots: the safe one holds, with a warning.

function readDeletionPolicy(value: unknown, where: string): Reading<DeletionPolicy> {
  if (value === undefined || value === "retain" || value === "expire") return { value: value ?? "retain" };
  const warning = `${where} is ${quoted(value)}, taken for "retain": write "retain" or "expire"`;
  return { value: "retain", warning };
}

function readIgnoreDeletionBudget(annotations: Annotations, keys: AnnotationKeys): Reading<boolean> {
  const value = annotations[keys.ignoreDeletionBudget];
  if (value === undefined || value === "true" || value === "false") return { value: value === "true" };
  const warning = `annotation ${keys.ignoreDeletionBudget} is ${quoted(value)}, taken for "false": write "true" or "false"`;
  return { value: false, warning };
}

function written(value: unknown, where: string): WrittenConfirmation | undefined {
  return value === undefined ? undefined : { value, where };
}

/** By value: `PT60M P1D` is `PT1H PT24H`; a month is not 30 days. */
function isSameSchedule(a: Deltas, b: Deltas): boolean {
  return (
    a.durations.length === b.durations.length &&
    a.durations.every((duration, index) => {
      const other = b.durations[index];
      return duration.months === other?.months && duration.milliseconds === other.milliseconds;
    })
  );
}

/** At most 80 characters of it, and nothing in them that a terminal would act on. */
export function quoted(value: unknown): string {
  if (typeof value !== "string") return printable(JSON.stringify(value), 80);
  return `"${printable(value, 80).replaceAll('"', '\\"')}"`;
}

function combine(
  policy: Reading<DeletionPolicy>,
  ignoreBudget: Reading<boolean>,
  confirmation: WrittenConfirmation | undefined,
): RuleOptions {
  return {
    deletionPolicy: policy.value,
    ignoreDeletionBudget: ignoreBudget.value,
    confirmation,
    warnings: [policy.warning, ignoreBudget.warning].filter((warning) => warning !== undefined),
  };
}
