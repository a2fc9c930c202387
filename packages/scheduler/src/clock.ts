/** Time, injected: the simulation brings its own. */
export interface Clock {
  /** Milliseconds since 1970, in UTC. */
  now(): number;

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
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, Math.min(Math.max(0, milliseconds), LONGEST_TIMEOUT));
    return () => clearTimeout(timer);
  },
};
