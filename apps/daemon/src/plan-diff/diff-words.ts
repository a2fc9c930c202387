import type { Deltas } from "@k8s-snapshots/retention";
import { scheduleKey } from "@k8s-snapshots/scheduler";
import { UsageError } from "../commands/usage-error.ts";
import { readDeltas } from "../plan/read-deltas.ts";
import { refusalOf } from "../plan/refusal.ts";
import { type ObjectName, parseObjectName } from "./object-name.ts";

/** An edit of deltas. */
export interface DeltasEdit {
  readonly before: Deltas;
  readonly after: Deltas;
}

/** What `plan --cluster --diff` is about. */
export type ClusterEdit =
  /** One object's deltas, whatever they are. */
  | { readonly object: ObjectName; readonly after: Deltas }
  /** Those of all rules that have the deltas `before`. */
  | DeltasEdit;

const QUOTES = 'with quotes around each: plan --diff "PT1H P1D P30D" "P1D P7D"';

/**
 * The two texts of `plan --diff "OLD" "NEW"`.
 *
 * @throws {UsageError} if there are not two, one cannot be read or is refused by the daemon, or both are the same schedule
 */
export function readEdit(words: readonly string[]): DeltasEdit {
  const [before, after] = words;
  if (words.length !== 2 || before === undefined || after === undefined) {
    throw new UsageError(
      `plan --diff needs two texts of deltas, not ${words.length}: the old and the new ones, ${QUOTES}`,
    );
  }
  const edit = { before: readAccepted("the old deltas", before), after: readAccepted("the new deltas", after) };
  refuseSame(edit.before, edit.after);
  return edit;
}

/**
 * What `plan --cluster --diff` is given: `"OLD" "NEW"`, or `"NEW" KIND/NAME`.
 *
 * @throws {UsageError} as {@link readEdit}
 */
export function readClusterEdit(words: readonly string[]): ClusterEdit {
  const objects = words.filter((word) => word.includes("/"));
  const texts = words.filter((word) => !word.includes("/"));
  const [object] = objects;
  if (object === undefined && words.length === 2) return readEdit(words);
  const [after] = texts;
  if (object === undefined || objects.length > 1 || texts.length !== 1 || after === undefined) {
    throw new UsageError(
      'plan --cluster --diff needs the new deltas and whose they are: plan --cluster --diff "P1D P7D" pvc/NAME -n NAMESPACE; or the old and the new ones, for all rules that have the old ones: plan --cluster --diff "PT1H P1D" "P1D P7D"',
    );
  }
  return { object: parseObjectName(object), after: readAccepted("the new deltas", after) };
}

/** @throws {UsageError} if they are the same schedule, however it is spelled */
export function refuseSame(before: Deltas, after: Deltas): void {
  if (scheduleKey(before) !== scheduleKey(after)) return;
  throw new UsageError(`nothing changes: ${before.text} and ${after.text} are the same schedule`);
}

/** @throws {UsageError} if the daemon would not take them */
function readAccepted(what: string, written: string): Deltas {
  const deltas = readDeltas(written);
  const refusal = refusalOf(what, written, deltas);
  if (refusal === undefined) return deltas;
  throw new UsageError(refusal);
}
