import { type Deltas, keptPositions } from "@k8s-snapshots/retention";
import type { SnapshotRow } from "../state/snapshot-table.ts";

/**
 * Adds the ids of those that a schedule keeps. Of several of one millisecond the first stands for all.
 *
 * @param rows - oldest first
 * @param count - how many of them, from the oldest on, are looked at
 */
export function addKept(
  kept: Set<string>,
  deltas: Deltas,
  rows: readonly Pick<SnapshotRow, "id" | "createdAt">[],
  count: number = rows.length,
): void {
  const times = new Float64Array(count);
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const { id, createdAt } = rows[index] as SnapshotRow;
    if (ids.length > 0 && times[ids.length - 1] === createdAt) continue;
    times[ids.length] = createdAt;
    ids.push(id);
  }
  for (const position of keptPositions(deltas, times.subarray(0, ids.length))) kept.add(ids[position] as string);
}
