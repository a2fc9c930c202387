const FIRST_LOOK = 10_000;
const LONGEST = 10 * 60_000;
const RESYNC = 60 * 60_000;
const LISTS_PER_INTERVAL = 20;

/** A snapshot that is being made. Times in milliseconds. */
export interface PendingSince {
  /** When it was begun. */
  readonly since: number;

  /** The interval of its disk's rule: what is taken often is looked for often. */
  readonly interval: number;
}

/** The last whole list of a location, and what else decides how often it is listed. Times in milliseconds. */
export interface LastList {
  readonly startedAt: number;
  readonly endedAt: number;

  /** The shortest interval of the location's rules. */
  readonly shortestInterval: number;
}

/**
 * When to list next: soon after a creation, then more and more rarely as the snapshot that is waited for ages; once an
 * hour where nothing is waited for. But no more than 20 times in the shortest interval, however many snapshots are
 * waited for, and a tenth of the time.
 */
export function nextListAt(last: LastList, pending: Iterable<PendingSince>): number {
  const { startedAt, endedAt, shortestInterval } = last;
  let next = endedAt + RESYNC;
  for (const one of pending) next = Math.min(next, lookAgainAt(startedAt, one));
  const soonest =
    endedAt + Math.max(10 * (endedAt - startedAt), Math.min(RESYNC, shortestInterval) / LISTS_PER_INTERVAL);
  return Math.max(next, soonest);
}

/**
 * When to look for a snapshot: a tenth of its interval after it was begun, 10 s at the most; then whenever its age has
 * doubled, at least once in a quarter of its interval and in 10 minutes.
 */
function lookAgainAt(listedAt: number, { since, interval }: PendingSince): number {
  const first = Math.min(FIRST_LOOK, interval / 10);
  if (listedAt <= since) return since + first;
  return listedAt + Math.min(LONGEST, interval / 4, Math.max(first, listedAt - since));
}
