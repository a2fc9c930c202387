import { budgetWindow, othersCarriers } from "../state/reduce-history.ts";
import { scheduleKey } from "../state/schedule-key.ts";
import type { SnapshotRow } from "../state/snapshot-table.ts";
import type { Planning } from "./planning.ts";

const none: ReadonlySet<SnapshotRow> = new Set();

/**
 * Rule 4(b) after a restart: the snapshots whose labels say how many of another schedule stood when the window began, the
 * last one before it, and the first one of each window after that, which will say it later. While some of another schedule
 * wait to go these stay, although their own schedule does not keep them: without them each restart would begin a new share.
 *
 * @param expired - what no schedule in force keeps
 */
export function witnessesOf(
  expired: readonly SnapshotRow[],
  { snapshots, deltas, present, now }: Planning,
): ReadonlySet<SnapshotRow> {
  const schedule = scheduleKey(deltas);
  if (!expired.some(({ marks }) => marks.schedule !== schedule)) return none;
  const window = budgetWindow(deltas, present);
  const carriers = othersCarriers(snapshots.confirmed, schedule);
  const before = carriers.findLastIndex(({ createdAt }) => createdAt <= now - window);
  const witnesses = new Set<SnapshotRow>();
  let last = Number.NEGATIVE_INFINITY;
  for (const carrier of carriers.slice(Math.max(0, before))) {
    if (carrier.createdAt < last + window) continue;
    witnesses.add(carrier);
    last = carrier.createdAt;
  }
  return witnesses;
}
