import type { Deltas } from "./deltas.ts";
import { addDuration, averageMilliseconds, type Duration, timesToReach } from "./duration.ts";

/**
 * The ages, in milliseconds, that a schedule keeps of a history in which each snapshot was on time, youngest first. The
 * history is not built: it takes O(k log k) for k that are kept, however many were taken.
 *
 * @param newest - when the newest snapshot was taken, in milliseconds since 1970
 */
export function onTimeAges({ interval, generations }: Deltas, newest: number): number[] {
  const history = onTimeHistory(interval, newest);
  const times = new Set([newest]);
  for (const { delta, parent } of generations) {
    let pointer = addDuration(newest, parent, -1);
    while (pointer < newest) {
      const index = nearestIndex(history, pointer);
      const time = history.timeAt(index);
      times.add(time);
      if (index === 0) break;
      const halfWayToNext = (time + history.timeAt(index - 1)) / 2;
      pointer = addDuration(time, delta, timesToReach(time, delta, halfWayToNext));
    }
  }
  return [...times].map((time) => newest - time).sort((a, b) => a - b);
}

/** A snapshot each interval, counted back from the newest, which is at 0. */
interface OnTimeHistory {
  timeAt(index: number): number;

  /** About which one lies at a time. */
  indexNear(time: number): number;
}

function onTimeHistory(interval: Duration, newest: number): OnTimeHistory {
  const average = averageMilliseconds(interval);
  return {
    timeAt: (index) => addDuration(newest, interval, -index),
    indexNear: (time) => Math.max(0, Math.round((newest - time) / average)),
  };
}

/** Of two that are equally near, the newer. */
function nearestIndex({ timeAt, indexNear }: OnTimeHistory, pointer: number): number {
  let index = indexNear(pointer);
  const distance = (at: number): number => Math.abs(timeAt(at) - pointer);
  while (index > 0 && distance(index - 1) <= distance(index)) index--;
  while (distance(index + 1) < distance(index)) index++;
  return index;
}
