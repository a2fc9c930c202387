import { HOUR, type Instant, type Milliseconds, type Moment, type Monotonic } from "./time.ts";

/**
 * What is known of a storage system's clock, and of the machine's wall clock beside it (safety rule 15). Dates are the
 * storage system's; what passes between them is measured by the machine's monotonic clock.
 */
export interface StorageClock {
  /** The last date that the storage system gave, and when; `undefined` as long as it gave none. */
  readonly date?: Instant;
  readonly observedAt?: Monotonic;

  /** Wall clock less monotonic clock, when it was looked at last: another difference means that the wall clock stepped. */
  readonly wallOffset: Milliseconds;

  /** When it stepped last, as far as this process saw. */
  readonly steppedAt?: Monotonic;
}

/** How long deletions wait after the wall clock stepped where the storage system gives no dates. */
const CALM_AFTER_STEP = HOUR;

export function startClock(moment: Moment): StorageClock {
  return { wallOffset: moment.wall - moment.monotonic };
}

/** The storage system gave a date. An older one than known changes nothing: answers overtake each other. */
export function observeDate(clock: StorageClock, date: Instant, moment: Moment, tolerance: Milliseconds): StorageClock {
  const watched = watchWall(clock, moment, tolerance);
  const known = storageDate(clock, moment);
  if (known !== undefined && date < known && known - date < tolerance) return watched;
  return { ...watched, date, observedAt: moment.monotonic };
}

/** Notes whether the wall clock stepped since it was looked at. */
export function watchWall(clock: StorageClock, moment: Moment, tolerance: Milliseconds): StorageClock {
  const wallOffset = moment.wall - moment.monotonic;
  if (Math.abs(wallOffset - clock.wallOffset) <= tolerance) return clock;
  return { ...clock, wallOffset, steppedAt: moment.monotonic };
}

/** The date by the storage system's clock; `undefined` as long as it gave none. */
export function storageDate(clock: StorageClock, moment: Moment): Instant | undefined {
  if (clock.date === undefined || clock.observedAt === undefined) return undefined;
  return clock.date + (moment.monotonic - clock.observedAt);
}

/**
 * Why no date can be relied on for a deletion: the wall clock disagrees with the storage system's, or it stepped (or the
 * machine slept) and no date came since. `undefined` if all is well.
 */
export function clockTrouble(
  clock: StorageClock,
  moment: Moment,
  tolerance: Milliseconds,
): { readonly reason: "ClockApart" | "ClockStepped"; readonly off: Milliseconds } | undefined {
  const step = moment.wall - moment.monotonic - clock.wallOffset;
  if (Math.abs(step) > tolerance) return { reason: "ClockStepped", off: step };
  const date = storageDate(clock, moment);
  if (date !== undefined) {
    const off = moment.wall - date;
    return Math.abs(off) > tolerance ? { reason: "ClockApart", off } : undefined;
  }
  const calm = clock.steppedAt === undefined || moment.monotonic - clock.steppedAt >= CALM_AFTER_STEP;
  return calm ? undefined : { reason: "ClockStepped", off: step };
}
