import type { Deltas } from "@k8s-snapshots/retention";
import type { Rule } from "../rule.ts";
import type { DiskSnapshots } from "../state/disk-snapshots.ts";
import type { DiskState } from "../state/disk-state.ts";
import type { Present } from "../state/present.ts";
import type { SnapshotRow } from "../state/snapshot-table.ts";
import { type Instant, MINUTE, type Milliseconds } from "../state/time.ts";
import type { InForce } from "./in-force.ts";

/** When to look again at what holds deletions up, if it does not say when it ends. */
export const REPLAN_AFTER: Milliseconds = 10 * MINUTE;

/** What all parts of one plan look at: a disk with a valid rule, in a location that was listed whole. */
export interface Planning {
  readonly state: DiskState;
  readonly present: Present;
  readonly rule: Rule;
  readonly deltas: Deltas;
  readonly snapshots: DiskSnapshots;
  readonly inForce: InForce;

  /** The date, never too late; minus infinity where it is not known at all. */
  readonly now: Instant;

  /** What the storage system refused to delete, and it is not time yet to ask again (rule 7). */
  readonly backingOff: ReadonlySet<string>;
}

/** Whether the storage system may be asked to delete the snapshot now: nobody holds it, and it was not just refused. */
export function isDeletable({ id, marks }: SnapshotRow, { backingOff }: Pick<Planning, "backingOff">): boolean {
  return marks.hold !== true && !backingOff.has(id);
}

/** Whether a whole list has shown it: one that only a creation's answer showed may be gone. */
export function isListed({ id }: SnapshotRow, { accepted }: DiskState): boolean {
  return !accepted.some(({ row }) => row.id === id);
}

const none: ReadonlySet<string> = new Set();

/** See {@link Planning.backingOff}. */
export function backingOffOf({ refusals }: DiskState, { moment }: Present): ReadonlySet<string> {
  if (refusals.length === 0) return none;
  return new Set(refusals.filter(({ retryAt }) => retryAt > moment.monotonic).map(({ id }) => id));
}
