import type { Instant, Moment, Monotonic } from "./state/time.ts";

/** Time, injected: the simulation brings its own. */
export interface Clock {
  /** A clock that never steps, in milliseconds: what is waited for is measured by it. */
  monotonic(): Monotonic;

  /** The wall clock: milliseconds since 1970, in UTC. Steps, and may be wrong. */
  wall(): Instant;

  /**
   * Calls `callback` once, `milliseconds` from now; with infinity, never. Negative counts as 0.
   *
   * @returns what cancels it; harmless once it was called
   */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Longest delay that `setTimeout` takes, 24 days: who waits for longer is woken early, and looks again. */
const LONGEST_TIMEOUT = 2_147_483_647;

/** The machine's clock. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  after: (milliseconds, callback) => {
    if (milliseconds === Number.POSITIVE_INFINITY) return () => {};
    const timer = setTimeout(callback, Math.min(Math.max(0, milliseconds), LONGEST_TIMEOUT));
    return () => clearTimeout(timer);
  },
};

/** What both clocks show now. */
export function momentOf(clock: Clock): Moment {
  return { monotonic: clock.monotonic(), wall: clock.wall() };
}
