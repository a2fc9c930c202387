import type { Deltas } from "./deltas.ts";
import { standingAges } from "./standing-ages.ts";
import { standingBounds } from "./standing-bounds.ts";

/** What a schedule settles to. */
export interface Forecast {
  /**
   * The most snapshots that stand at once in the long run, right after a creation and before expiry: what a limit of the
   * storage system must allow. One more than are ever kept.
   */
  readonly most: number;

  /** The fewest that stand at once in the long run, right after expiry. */
  readonly fewest: number;

  /**
   * The ages, in milliseconds, of the snapshots that stand right after expiry at one moment of the long run, each a moment
   * late, youngest first. Empty where `most` is above 1,000.
   */
  readonly ages: readonly number[];

  /**
   * `counted`: some lateness reaches `most`, or a few less where many durations have odd ratios. `bound`: above
   * 1,000 it is an upper bound, as `fewest` is a lower one; how near they are was not searched.
   */
  readonly method: "counted" | "bound";
}

/** Settings of {@link forecast}. */
export interface ForecastOptions {
  /**
   * When the newest of the snapshots was taken whose {@link Forecast.ages} are wanted; matters only where months are in
   * the schedule. Default: 2026-01-01T00:00:00Z.
   */
  readonly start?: Date;
}

/** As a share of the interval. */
const MOST_LATENESS = 0.1;
const MOST_AGES = 1_000;

/**
 * Says what a schedule settles to.
 *
 * The bounds hold once the longest duration has passed, if each snapshot is taken an interval after the one before, by
 * that one's own date, or later by up to a tenth of the interval: exactly on time, each late by the same, or each by
 * another. They are not for a time without snapshots, after which a few more can stand until it has aged out, nor for
 * snapshots less than an interval apart. Nothing is simulated: it takes less than a millisecond, with months a few.
 */
export function forecast(deltas: Deltas, options: ForecastOptions = {}): Forecast {
  const { fewest, most: mostKept } = standingBounds(deltas, MOST_LATENESS);
  const most = mostKept + 1;
  if (most > MOST_AGES) return { most, fewest, ages: [], method: "bound" };
  const newest = options.start?.getTime() ?? Date.UTC(2026, 0, 1);
  return { most, fewest, ages: standingAges(deltas, newest), method: "counted" };
}
