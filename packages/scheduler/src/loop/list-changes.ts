import type { DiskState } from "../state/disk-state.ts";
import type { SnapshotRow } from "../state/snapshot-table.ts";

/** What a list showed of a disk that was not known. */
export interface ListChanges {
  readonly becameReady: readonly SnapshotRow[];
  readonly becameFailed: readonly SnapshotRow[];

  /** Accepted, and not in a list that must show them. */
  readonly vanished: readonly SnapshotRow[];
}

/** @param isFirst - what the first list shows was so before */
export function listChanges(before: DiskState, after: DiskState, isFirst: boolean): ListChanges {
  const known = new Map(before.table.rows().map((row) => [row.id, row.state]));
  for (const { row } of before.accepted) known.set(row.id, row.state);
  const rows = after.table.rows();
  const listed = new Set(rows.map(({ id }) => id));
  const accepted = new Set(after.accepted.map(({ row }) => row.id));
  const leaving = new Set(before.leaving.map(({ id }) => id));
  return {
    becameReady: isFirst
      ? []
      : rows.filter(({ id, state }) => state === "ready" && isNews(known.get(id), "ready") && !leaving.has(id)),
    becameFailed: rows.filter(({ id, state }) => state === "failed" && isNews(known.get(id), "failed") && !isFirst),
    vanished: before.accepted
      .map(({ row }) => row)
      .filter(({ id }) => !listed.has(id) && !accepted.has(id) && !leaving.has(id)),
  };
}

function isNews(was: SnapshotRow["state"] | undefined, is: SnapshotRow["state"]): boolean {
  return was !== is;
}
