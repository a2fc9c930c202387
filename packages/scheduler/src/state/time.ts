/**
 * A date: milliseconds since 1970, in UTC, by a storage system's clock or the machine's wall clock. Never wait by it: it
 * steps.
 */
export type Instant = number & { readonly timescale?: "date" };

/** A moment of a clock that never steps: milliseconds since some moment of this process. Says nothing about dates. */
export type Monotonic = number & { readonly timescale?: "monotonic" };

/** A length of time. */
export type Milliseconds = number;

/** One moment, as the machine's two clocks show it. */
export interface Moment {
  readonly monotonic: Monotonic;
  readonly wall: Instant;
}

export const SECOND: Milliseconds = 1_000;
export const MINUTE: Milliseconds = 60 * SECOND;
export const HOUR: Milliseconds = 60 * MINUTE;
export const DAY: Milliseconds = 24 * HOUR;
