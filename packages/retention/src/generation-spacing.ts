import type { Deltas, Generation } from "./deltas.ts";
import { averageMilliseconds, type Duration } from "./duration.ts";
import { longestSpan, shortestSpan } from "./duration-span.ts";

/** How far apart snapshots are taken, in milliseconds. */
export interface Gaps {
  /** The least that `count` gaps on end add up to. */
  shortest(count: number): number;

  /** The most that `count` gaps on end add up to. */
  longest(count: number): number;

  /** Half the longest gap: a snapshot is never farther than this from a point in time between two snapshots. */
  readonly half: number;
}

/** How far apart the snapshots are that one generation keeps, in milliseconds. */
export interface Spacing {
  shortest(count: number): number;
  longest(count: number): number;

  /** How many intervals lie between two of them, where that cannot vary. */
  readonly intervals: number | undefined;

  /** The least and the most age at which the generation ends. */
  readonly parent: { readonly shortest: number; readonly longest: number };
}

/** A day of the month that later months lack moves forward, by three days at the most, and stays there. */
const MONTH_END = 3 * 86_400_000;

/** @param lateness - as a share of the interval */
export function gapsOf(interval: Duration, lateness: number): Gaps {
  const late = Math.floor(averageMilliseconds(interval) * lateness);
  const longest = (count: number): number => longestSpan(interval, count) + late * count;
  return { shortest: (count) => shortestChain(interval, count), longest, half: longest(1) / 2 };
}

/**
 * A generation takes the snapshot nearest to delta after the one it took last: at most half a gap off.
 *
 * @param spread - how far off it can be where that is more than half a gap
 */
export function spacingOf({ delta, parent }: Generation, gaps: Gaps, spread: number = gaps.half): Spacing {
  const roundDown = gaps.shortest(1) / 2;
  const [least, most] = [shortestSpan(delta, 1), longestSpan(delta, 1)];
  const fewestIntervals = leastCount((count) => gaps.longest(count) + gaps.half > least, least / gaps.longest(1));
  const mostIntervals = leastCount((count) => gaps.shortest(count) + roundDown > most, most / gaps.shortest(1));
  return {
    shortest: (count) => {
      const rounded = shortestChain(delta, count) - count * spread;
      return Math.max(gaps.shortest(spread > gaps.half ? count : count * fewestIntervals), rounded);
    },
    longest: (count) => {
      const rounded = longestSpan(delta, count) + count * spread;
      return spread > gaps.half ? rounded : Math.min(gaps.longest(count * mostIntervals), rounded);
    },
    intervals: fewestIntervals === mostIntervals ? fewestIntervals : undefined,
    parent: { shortest: shortestSpan(parent, 1), longest: longestSpan(parent, 1) },
  };
}

/** The finest generation keeps each snapshot: how many gaps it reaches back over. */
export function finestReach({ generations }: Deltas, gaps: Gaps): { readonly fewest: number; readonly most: number } {
  const { parent } = generations[0] as Generation;
  const [least, most] = [shortestSpan(parent, 1), longestSpan(parent, 1)];
  return {
    fewest: leastCount((count) => gaps.longest(count) + gaps.half >= least, least / gaps.longest(1)),
    most: leastCount((count) => gaps.shortest(count) + gaps.shortest(1) / 2 >= most, most / gaps.shortest(1)),
  };
}

/**
 * The smallest whole number `>= 1` from which on a condition holds.
 *
 * @param guess - near it: what makes this quick
 */
export function leastCount(holds: (count: number) => boolean, guess: number): number {
  let count = Math.max(1, Math.floor(guess));
  while (!holds(count)) count++;
  while (count > 1 && holds(count - 1)) count--;
  return count;
}

function shortestChain(duration: Duration, count: number): number {
  const span = shortestSpan(duration, count);
  return duration.months === 0 || count < 2 ? span : span - MONTH_END;
}
