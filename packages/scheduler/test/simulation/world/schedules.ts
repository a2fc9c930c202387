import { averageMilliseconds, type Deltas, forecast, parseDeltas } from "@k8s-snapshots/retention";
import { DAY, HOUR, MINUTE, type Milliseconds } from "../../../src/state/time.ts";
import type { Draw } from "../draw.ts";

/** What people use (cases/README.md), less those that would keep more than a simulation of some hundred intervals sees. */
const real: readonly string[] = [
  "P1D P7D",
  "PT1H P1D P7D",
  "P1D P30D P360D",
  "PT1H PT24H P30D",
  "PT12H P14D P366D",
  "PT10M PT1H",
  "P1D P3D P7D P30D",
  "PT5M PT60M PT24H P7D P52W",
  "PT15M PT60M PT4H PT24H P7D",
  "PT5M PT15M PT45M",
  "P0.5D P7D",
  "PT2H P1D P7D",
  "PT4H PT6H P7D",
  "PT1H PT2H",
  "PT1H P1D",
];

export const intervals: readonly Milliseconds[] = [
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  DAY,
];

/** A schedule whose interval is about `interval`: a real one where there is one, or one drawn. */
export function drawSchedule(draw: Draw, interval: Milliseconds): string {
  const fitting = real.filter((text) => averageMilliseconds(parseDeltas(text).interval) === interval);
  if (fitting.length > 0 && draw.chance(0.5)) return draw.pick(fitting);
  const durations = [interval];
  const generations = draw.pick([1, 1, 2, 2, 3]);
  for (let index = 0; index < generations; index++) durations.push((durations.at(-1) as number) * draw.integer(2, 6));
  return durations.map(spell).join(" ");
}

const most = new Map<string, number>();

/** The most that a schedule needs at once. */
export function mostOfSchedule(text: string): number {
  const known = most.get(text) ?? needed(parseDeltas(text));
  most.set(text, known);
  return known;
}

/** Real snapshots are a little late: where the durations are no multiples of each other, twice as many stand. */
function needed(deltas: Deltas): number {
  const isEven = deltas.generations.every(
    ({ delta, parent }) => averageMilliseconds(parent) % averageMilliseconds(delta) === 0,
  );
  return forecast(deltas).most * (isEven ? 1 : 2);
}

/** The interval of a schedule, in milliseconds. */
export function intervalOfSchedule(text: string): Milliseconds {
  return averageMilliseconds(parseDeltas(text).interval);
}

function spell(milliseconds: Milliseconds): string {
  return `PT${milliseconds / MINUTE}M`;
}
