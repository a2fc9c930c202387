import type { Milliseconds, Monotonic } from "./time.ts";

/** A number of snapshots that stood until a moment. */
export interface Stood {
  readonly count: number;
  readonly until: Monotonic;
}

/**
 * Notes that `count` stood until now. Of what stood, only what may still be the highest later is remembered: so that a
 * day of single deletions costs no more than their number.
 *
 * @param window - what ended longer ago is forgotten
 */
export function noteStood(
  stood: readonly Stood[],
  count: number,
  now: Monotonic,
  window: Milliseconds,
): readonly Stood[] {
  const kept = stood.filter((one) => one.count > count && one.until > now - window);
  return [...kept, { count, until: now }];
}

/** The most that stood at once within the window, `current` included. */
export function mostStood(stood: readonly Stood[], current: number, now: Monotonic, window: Milliseconds): number {
  let most = current;
  for (const { count, until } of stood) if (until > now - window && count > most) most = count;
  return most;
}
