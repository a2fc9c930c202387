import type { Deltas } from "./deltas.ts";
import { addDuration, averageMilliseconds } from "./duration.ts";
import { pickGeneration } from "./pick-generation.ts";

/** What a schedule settles to. */
export interface Forecast {
  /** The most snapshots that stand at once in the long run: what a limit of the storage system must allow. */
  readonly most: number;

  /** The fewest that stand at once in the long run, right after expiry. */
  readonly fewest: number;

  /** The ages, in milliseconds, of the snapshots that are kept at one moment of the long run, youngest first. */
  readonly ages: readonly number[];

  /**
   * `simulated`: the schedule was carried out in thought, each snapshot on time, until its longest duration had passed
   * twice. `estimated`: that would take too many snapshots, so the figures are those of a history in which none was ever
   * expired; the real count differs by a few for each generation.
   */
  readonly method: "simulated" | "estimated";
}

/** Settings of {@link forecast}. */
export interface ForecastOptions {
  /** When the schedule begins; matters only where months are in it. Default: 2026-01-01T00:00:00Z. */
  readonly start?: Date;
}

const MOST_STEPS = 5_000_000;
const MOST_SNAPSHOTS = 100_000;

/**
 * Says what a schedule settles to when each snapshot is taken on time.
 *
 * @throws {RangeError} if the schedule would keep more than 100,000 snapshots.
 */
export function forecast(deltas: Deltas, options: ForecastOptions = {}): Forecast {
  const start = options.start?.getTime() ?? Date.UTC(2026, 0, 1);
  const expected = deltas.generations.reduce(
    (sum, { delta, parent }) => sum + averageMilliseconds(parent) / averageMilliseconds(delta),
    1,
  );
  if (expected > MOST_SNAPSHOTS) {
    throw new RangeError(
      `${deltas.text} would keep about ${Math.round(expected)} snapshots, more than ${MOST_SNAPSHOTS}: write a longer interval, or durations between`,
    );
  }
  const longest = averageMilliseconds(deltas.durations.at(-1) as Deltas["interval"]);
  const rounds = Math.ceil(longest / averageMilliseconds(deltas.interval));
  return rounds * expected * 2 <= MOST_STEPS ? simulate(deltas, start, rounds) : estimate(deltas, start, expected);
}

/** One longest duration to settle, and one to look on. */
function simulate(deltas: Deltas, start: number, rounds: number): Forecast {
  let times: number[] = [];
  let most = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (let round = 0; round <= 2 * rounds; round++) {
    times.push(addDuration(start, deltas.interval, round));
    const before = times.length;
    times = keep(deltas, times);
    if (round < rounds) continue;
    most = Math.max(most, before);
    fewest = Math.min(fewest, times.length);
  }
  return { most, fewest, ages: ages(times), method: "simulated" };
}

function keep(deltas: Deltas, times: readonly number[]): number[] {
  const ascending = Float64Array.from(times);
  const kept = new Set([times.length - 1]);
  for (const generation of deltas.generations) {
    for (const position of pickGeneration(ascending, generation).positions) kept.add(position);
  }
  return times.filter((_, position) => kept.has(position));
}

/** The points in time that the generations want, where there is a snapshot for each. */
function estimate(deltas: Deltas, start: number, expected: number): Forecast {
  const wanted = new Set([start]);
  for (const { delta, parent } of deltas.generations) {
    const oldest = addDuration(start, parent, -1);
    for (let times = 0, time = oldest; time < start; times++, time = addDuration(oldest, delta, times))
      wanted.add(time);
  }
  const times = [...wanted].sort((a, b) => a - b);
  return { most: Math.ceil(expected) + 1, fewest: times.length, ages: ages(times), method: "estimated" };
}

function ages(times: readonly number[]): number[] {
  const newest = times.at(-1) as number;
  return times.map((time) => newest - time).reverse();
}
