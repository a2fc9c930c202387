import type { DiskState } from "./disk-state.ts";
import { latestDate, type Present } from "./present.ts";
import { byAge, type SnapshotRow } from "./snapshot-table.ts";

/** A disk's snapshots, sorted by what they count for. All oldest first. */
export interface DiskSnapshots {
  /** Usable, and dated sanely: what the disk holds. */
  readonly ready: readonly SnapshotRow[];

  /** Those of them that the newest whole list showed ready, and that were made before it began: only they may go (rule 2). */
  readonly confirmed: readonly SnapshotRow[];

  /** Confirmed ones whose deletion was sent and not confirmed: it may be refused yet, or may not have been carried out. */
  readonly undecided: readonly SnapshotRow[];

  /** Being made, or of a state that nobody knows. */
  readonly pending: readonly SnapshotRow[];

  readonly failed: readonly SnapshotRow[];

  /** Dated further ahead than clocks may differ: kept, and counted for nothing (rule 1). */
  readonly future: readonly SnapshotRow[];
}

/** The newest whole list with this process's own writes over it (rule 6). */
export function snapshotsOf(state: DiskState, present: Present): DiskSnapshots {
  const latest = latestDate(present);
  const begun = present.location.list?.begunDate ?? Number.POSITIVE_INFINITY;
  const leaving = state.leaving.length === 0 ? undefined : new Map(state.leaving.map((one) => [one.id, one]));
  const ready: SnapshotRow[] = [];
  const confirmed: SnapshotRow[] = [];
  const undecided: SnapshotRow[] = [];
  const pending: SnapshotRow[] = [];
  const failed: SnapshotRow[] = [];
  const future: SnapshotRow[] = [];
  for (const row of state.table.rows()) {
    const isConfirmed = row.state === "ready" && row.createdAt <= latest && row.createdAt <= begun;
    const leaves = leaving?.get(row.id);
    if (leaves !== undefined) {
      if (isConfirmed && (leaves.answeredAt === undefined || leaves.inDoubt)) undecided.push(row);
    } else if (row.state === "failed") failed.push(row);
    else if (row.state === "pending" || row.state === "unknown") pending.push(row);
    else if (row.state === "ready") {
      if (row.createdAt > latest) future.push(row);
      else {
        ready.push(row);
        if (isConfirmed) confirmed.push(row);
      }
    }
  }
  for (const { row } of state.accepted) {
    if (leaving?.has(row.id)) continue;
    if (row.state === "ready") ready.push(row);
    else if (row.state === "failed") failed.push(row);
    else if (row.state !== "deleting") pending.push(row);
  }
  if (state.accepted.length > 0) {
    ready.sort(byAge);
    pending.sort(byAge);
    failed.sort(byAge);
  }
  return { ready, confirmed, undecided, pending, failed, future };
}

/** What stands in truth: a deletion under way may be refused. */
export function standingOf({ ready, undecided }: DiskSnapshots): readonly SnapshotRow[] {
  return undecided.length === 0 ? ready : [...ready, ...undecided];
}
