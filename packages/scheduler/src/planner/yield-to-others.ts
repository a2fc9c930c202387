import type { DiskState, RequestedElsewhere } from "../state/disk-state.ts";
import { dueDate } from "../state/present.ts";
import type { Instant, Milliseconds } from "../state/time.ts";
import type { Planning } from "./planning.ts";

const BEFORE_YIELDING = 2;
const INTERVALS = 4;

/** What another process takes of the disk under our mark, if it took at least two and the last one lately (rule 6). */
export function othersAtWork(
  { elsewhere }: DiskState,
  interval: Milliseconds,
  now: Instant,
): RequestedElsewhere | undefined {
  if (elsewhere === undefined || elsewhere.count < BEFORE_YIELDING) return undefined;
  return now - elsewhere.newest <= INTERVALS * interval ? elsewhere : undefined;
}

/**
 * Safety rule 6, two daemons of one cluster: the one whose mark comes first in the alphabet goes on, and each other one
 * waits a tenth of the interval for each before it, and for a list begun after that. So nothing is taken twice, and
 * where the first one ends the next takes over within that time.
 *
 * @returns the date at which to look once more; `undefined`: there is nobody to yield to
 */
export function yieldUntil({ state, present }: Planning, dueAt: Instant, interval: Milliseconds): Instant | undefined {
  const now = dueDate(present, state);
  const { instance } = present.location.identity;
  const rank = othersAtWork(state, interval, now)?.instances.filter((other) => other < instance).length ?? 0;
  if (rank === 0) return undefined;
  const retryAt = state.creationTrouble?.retryAt;
  const from = retryAt === undefined ? dueAt : Math.max(dueAt, now + retryAt - present.moment.monotonic);
  return from + (rank * interval) / 10;
}
