import { averageMilliseconds, type Deltas, forecast } from "@k8s-snapshots/retention";

/** Where a schedule would have snapshots, and there are none. Times in milliseconds since 1970. */
export interface MissingSlots {
  /** Where they should be. The newest first. */
  readonly gaps: readonly MissingStretch[];

  /** Where they will be once the rule is as old as that. */
  readonly expected: readonly number[];
}

/** A stretch of time without any. */
export interface MissingStretch {
  readonly from: number;
  readonly to: number;

  /** How many there should be, and how far apart in milliseconds. */
  readonly missing: number;
  readonly step: number;
}

/** As a share of the distance between two: what lies as near as this counts for the slot. */
const NEAR_ENOUGH = 0.85;

/**
 * Compares what a schedule keeps of a history without gaps with what there is.
 *
 * @param good - dates of the good snapshots, oldest first
 * @param since - since when the schedule has been in force
 */
export function missingSlots(deltas: Deltas, good: readonly number[], since: number): MissingSlots {
  const newest = good.at(-1);
  if (newest === undefined) return { gaps: [], expected: [] };
  const gaps: MissingStretch[] = [];
  const expected: number[] = [];
  for (const { age, step } of slotsOf(deltas)) {
    const time = newest - age;
    const [before, after] = neighbours(good, time);
    if (Math.min(time - before, after - time) <= step * NEAR_ENOUGH) continue;
    if (time < since) {
      expected.push(time);
      continue;
    }
    const from = Math.max(before, time - step / 2);
    const last = gaps.at(-1);
    if (last === undefined || last.from > time + 1.5 * step) {
      gaps.push({ from, to: Math.min(after, time + step / 2), missing: 1, step });
    } else gaps[gaps.length - 1] = { ...last, from, missing: last.missing + 1, step };
  }
  return { gaps, expected };
}

interface Slot {
  /** From the newest, in milliseconds. */
  readonly age: number;

  /** How far apart the slots are there, in milliseconds. */
  readonly step: number;
}

const MOST_SCHEDULES = 256;
const known = new Map<string, readonly Slot[]>();

/** The slots of a schedule, but for the newest; none where they are too many to list. Most volumes share a few schedules. */
function slotsOf(deltas: Deltas): readonly Slot[] {
  const found = known.get(deltas.text);
  if (found !== undefined) return found;
  const steps = deltas.generations.map(({ delta, parent }) => ({
    reach: averageMilliseconds(parent),
    step: averageMilliseconds(delta),
  }));
  const coarsest = steps.at(-1)?.step ?? 0;
  const slots = forecast(deltas)
    .ages.filter((age) => age > 0)
    .map((age) => ({ age, step: steps.find(({ reach }) => age <= reach)?.step ?? coarsest }));
  if (known.size >= MOST_SCHEDULES) known.clear();
  known.set(deltas.text, slots);
  return slots;
}

/** The nearest dates before and after a time; infinity where there is none. */
function neighbours(times: readonly number[], time: number): readonly [number, number] {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return [times[low - 1] ?? Number.NEGATIVE_INFINITY, times[low] ?? Number.POSITIVE_INFINITY];
}
