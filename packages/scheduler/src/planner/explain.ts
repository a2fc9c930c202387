import {
  type DatedSnapshot,
  type Deltas,
  decideRetention,
  type ExpireReason,
  type RetentionDecision,
} from "@k8s-snapshots/retention";
import { snapshotsOf } from "../state/disk-snapshots.ts";
import type { DiskState } from "../state/disk-state.ts";
import type { Present } from "../state/present.ts";
import { parseSchedule } from "../state/schedule-key.ts";
import { byAge, type SnapshotRow } from "../state/snapshot-table.ts";

const view = ({ id, createdAt }: SnapshotRow): DatedSnapshot => ({ id, createdAt: new Date(createdAt) });

/**
 * What the rule's schedule alone keeps of a disk's ready snapshots, and what it expires, with the reasons; `undefined`
 * where there is no schedule. What the safety rules make of it is in the plan.
 */
export function explainRetention(state: DiskState, present: Present): RetentionDecision<SnapshotRow> | undefined {
  const { ready } = snapshotsOf(state, present);
  const deltas = scheduleOf(state, ready);
  return deltas && decideRetention(deltas, ready, view);
}

/** What stands for a snapshot that goes by the rule's schedule; `undefined` where another reason sends it. */
export function explainExpiry(state: DiskState, present: Present, id: string): ExpireReason<SnapshotRow> | undefined {
  const row = state.table.rows().find((one) => one.id === id);
  if (row === undefined) return undefined;
  const { ready } = snapshotsOf(state, present);
  const deltas = scheduleOf(state, ready);
  if (deltas === undefined) return undefined;
  const rows = ready.some((one) => one.id === id) ? ready : [...ready, row].sort(byAge);
  return decideRetention(deltas, rows, view).expired.find(({ snapshot }) => snapshot.id === id)?.reason;
}

/** The rule's schedule; without one that which the newest snapshot carries. */
function scheduleOf({ rule }: DiskState, ready: readonly SnapshotRow[]): Deltas | undefined {
  const carried = ready.at(-1)?.marks.schedule;
  return rule?.deltas ?? (carried === undefined ? undefined : parseSchedule(carried));
}
