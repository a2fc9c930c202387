import { averageMilliseconds, type Deltas } from "@k8s-snapshots/retention";
import { parseSchedule } from "../state/schedule-key.ts";
import type { SnapshotRow } from "../state/snapshot-table.ts";
import type { Instant, Milliseconds } from "../state/time.ts";

const INTERVALS = 4;
const EXCESS = 3;

/**
 * Safety rule 6: until when no snapshot is taken, because more were taken than the schedules that they carry explain:
 * those dated within four intervals stand for more than seven. `undefined` if all is well. Stops what no other rule
 * stops: a daemon that does not see what it made, or several of them.
 *
 * @param rows - ready and pending ones, oldest first
 */
export function breakerOpenUntil(
  rows: readonly SnapshotRow[],
  deltas: Deltas,
  interval: Milliseconds,
  now: Instant,
): { readonly until: Instant; readonly count: number } | undefined {
  const window = INTERVALS * interval;
  const recent = rows.filter(
    ({ createdAt, marks }) => marks.schedule !== undefined && createdAt > now - window && createdAt <= now,
  );
  if (recent.length <= INTERVALS) return undefined;
  const allowed = window + EXCESS * interval;
  let explained = 0;
  for (const { marks } of recent) explained += spanOf(marks.schedule as string, deltas, interval, window);
  if (explained <= allowed) return undefined;
  for (const { createdAt, marks } of recent) {
    explained -= spanOf(marks.schedule as string, deltas, interval, window);
    if (explained <= allowed) return { until: createdAt + window, count: recent.length };
  }
  return undefined;
}

/** How long a time one snapshot stands for. */
function spanOf(schedule: string, deltas: Deltas, interval: Milliseconds, window: Milliseconds): Milliseconds {
  const own = parseSchedule(schedule)?.interval;
  if (own === undefined || own.text === deltas.interval.text) return interval;
  return Math.min(window, Math.max(averageMilliseconds(own), 0));
}
