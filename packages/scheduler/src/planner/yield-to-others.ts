import type { DiskState, RequestedElsewhere } from "../state/disk-state.ts";
import { dueDate } from "../state/present.ts";
import { type Instant, MINUTE, type Milliseconds } from "../state/time.ts";
import { hashText } from "./hash-text.ts";
import type { Planning } from "./planning.ts";

const BEFORE_YIELDING = 2;
const INTERVALS = 4;

/** Whoever serves the location has taken it by then, if anyone does. */
const LAPSED_WAITS: Milliseconds = 5 * MINUTE;

/** Several that lost their Leases one after the other wait for different times: the list of the next shows what was taken. */
const LAPSED_SPREAD: Milliseconds = 2 * MINUTE;

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
 * When to look once more, in a list begun after that, before one is taken that another process may be taking: because
 * others are at work, or because it is not certain that the location is ours.
 *
 * @param isFirst - the disk has no snapshot, so that one is due at every moment
 * @returns a date; `undefined`: there is nobody to wait for
 */
export function lookAgainAt(
  planning: Pick<Planning, "state" | "present">,
  dueAt: Instant,
  interval: Milliseconds,
  isFirst: boolean,
): Instant | undefined {
  const yields = yieldUntil(planning, dueAt, interval);
  const lapsed = lapsedUntil(planning, isFirst ? Number.NEGATIVE_INFINITY : dueAt);
  return yields === undefined || lapsed === undefined ? (yields ?? lapsed) : Math.max(yields, lapsed);
}

/**
 * Where the Lease could not be renewed another replica may serve the location. If none does, as while the API server is
 * away for all, what is due is taken after five to seven minutes.
 */
export function lapsedUntil(
  { state, present }: Pick<Planning, "state" | "present">,
  dueAt: Instant,
): Instant | undefined {
  const { lapsedAt } = present.location;
  if (lapsedAt === undefined) return undefined;
  const now = dueDate(present, state);
  const lapsedDate = now - (present.moment.monotonic - lapsedAt);
  return (
    Math.max(dueAt, lapsedDate) +
    LAPSED_WAITS +
    Math.floor(hashText(present.location.identity.instance) * LAPSED_SPREAD)
  );
}

/**
 * Safety rule 6, two daemons of one cluster: the one whose mark comes first in the alphabet goes on, and each other one
 * waits a tenth of the interval for each before it, and for a list begun after that. So nothing is taken twice, and
 * where the first one ends the next takes over within that time.
 *
 * @returns the date at which to look once more; `undefined`: there is nobody to yield to
 */
function yieldUntil(
  { state, present }: Pick<Planning, "state" | "present">,
  dueAt: Instant,
  interval: Milliseconds,
): Instant | undefined {
  const now = dueDate(present, state);
  const { instance } = present.location.identity;
  const rank = othersAtWork(state, interval, now)?.instances.filter((other) => other < instance).length ?? 0;
  if (rank === 0) return undefined;
  const retryAt = state.creationTrouble?.retryAt;
  const from = retryAt === undefined ? dueAt : Math.max(dueAt, now + retryAt - present.moment.monotonic);
  return from + (rank * interval) / 10;
}
