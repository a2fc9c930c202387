import { averageMilliseconds } from "@k8s-snapshots/retention";
import { parseSchedule } from "../state/schedule-key.ts";
import type { SnapshotRow } from "../state/snapshot-table.ts";
import type { Instant, Milliseconds } from "../state/time.ts";

const INTERVALS = 4;
const EXCESS = 3;

/**
 * Safety rule 6: until when no snapshot is taken, because more were taken than the schedules that they carry explain:
 * those dated within four intervals stand for more than seven. `undefined` if all is well. Stops what no other rule
 * stops: a daemon that does not see what it made, or several of them. The first one that serves a person's request is
 * explained by it; a second one for the same request is not.
 *
 * @param rows - ready and pending ones, oldest first
 */
export function breakerOpenUntil(
  rows: readonly SnapshotRow[],
  interval: Milliseconds,
  now: Instant,
): { readonly until: Instant; readonly count: number } | undefined {
  const window = INTERVALS * interval;
  const asked = new Set<Instant>();
  const recent = rows.filter(({ createdAt, marks: { schedule, askedAt } }) => {
    if (schedule === undefined || createdAt <= now - window || createdAt > now) return false;
    // One for each request of a person is explained by that.
    if (askedAt === undefined || asked.has(askedAt)) return true;
    asked.add(askedAt);
    return false;
  });
  if (recent.length <= INTERVALS) return undefined;
  const allowed = window + EXCESS * interval;
  let explained = 0;
  for (const { marks } of recent) explained += spanOf(marks.schedule as string, interval, window);
  if (explained <= allowed) return undefined;
  for (const { createdAt, marks } of recent) {
    explained -= spanOf(marks.schedule as string, interval, window);
    if (explained <= allowed) return { until: createdAt + window, count: recent.length };
  }
  return undefined;
}

/**
 * How long a time one snapshot stands for: the interval that its own schedule asks for. The least interval that is
 * allowed does not count here: it may have been raised since, and a disk must not stop for days because of that.
 */
function spanOf(schedule: string, interval: Milliseconds, window: Milliseconds): Milliseconds {
  const own = parseSchedule(schedule)?.interval;
  return own === undefined ? interval : Math.min(window, averageMilliseconds(own));
}
