import type { Clock } from "../../src/clock.ts";

/** A clock of which each look costs a millisecond; it counts how often work waits for its next turn. */
export function slowClock(): Pick<Clock, "monotonic" | "after"> & { turns: number } {
  let now = 0;
  const clock = {
    turns: 0,
    monotonic: () => now++,
    after: (_: number, callback: () => void) => {
      clock.turns++;
      queueMicrotask(callback);
      return () => {};
    },
  };
  return clock;
}
