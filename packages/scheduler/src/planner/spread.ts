import type { Deltas } from "@k8s-snapshots/retention";
import { intervalOf } from "../state/interval.ts";
import { shortestInterval } from "../state/present.ts";
import { scheduleKey } from "../state/schedule-key.ts";
import { type Instant, MINUTE, type Milliseconds } from "../state/time.ts";
import { hashText } from "./hash-text.ts";
import type { Planning } from "./planning.ts";

/** Snapshots that are taken more often than this are near each other in any case. */
const SHORTEST_SPREAD: Milliseconds = 10 * MINUTE;

/**
 * How much sooner than an interval after `newest` the next one is due, so that disks whose first snapshots were taken
 * together do not all fall due together for ever: the second one under a schedule comes up to a share of the interval early
 * (`Policy.scheduleSpread`), by a time that is the disk's own and the same each time. All later ones come an interval after
 * the one before.
 */
export function earlyBy(
  { state, present, deltas, snapshots }: Planning,
  governing: Deltas,
  newest: Instant,
): Milliseconds {
  const { scheduleSpread } = present.policy;
  const interval = intervalOf(deltas, present).milliseconds;
  if (!(scheduleSpread > 0) || interval < SHORTEST_SPREAD || governing !== deltas) return 0;
  const last = snapshots.ready.at(-1);
  if (last?.createdAt !== newest || last.marks.schedule !== scheduleKey(deltas)) return 0;
  const { held, others } = last.marks;
  // Of those that stood when it was requested none was made under this schedule.
  if (held === undefined || held !== others) return 0;
  const { location, id } = state.disk;
  const early = Math.floor(hashText(`${location}/${id}`) * scheduleSpread * interval);
  return Math.min(early, interval - shortestInterval(present));
}
