import { HOLD_LABEL } from "@k8s-snapshots/backend-api";
import type { DiskState } from "./disk-state.ts";
import type { SnapshotRead } from "./fact.ts";
import { isHeld } from "./marks.ts";
import type { Present } from "./present.ts";
import { SnapshotTable } from "./snapshot-table.ts";

/** What a snapshot is found to be when it is read by itself takes the place of what the list said of it (rule 2). */
export function snapshotRead(state: DiskState, { id, snapshot }: SnapshotRead, present: Present): DiskState {
  if (snapshot === undefined) {
    const leaving = { id, answeredAt: present.moment.monotonic };
    return { ...state, leaving: [...state.leaving.filter((one) => one.id !== id), leaving] };
  }
  const rows = state.table.rows().map((row) => {
    if (row.id !== id) return row;
    const { hold, ...marks } = row.marks;
    const held = isHeld({ [HOLD_LABEL]: snapshot.labels[HOLD_LABEL] ?? "false" });
    return { ...row, state: snapshot.state, marks: held ? { ...marks, hold: true as const } : marks };
  });
  return { ...state, table: SnapshotTable.of(rows, state.table) };
}
