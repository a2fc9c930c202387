import type { Deltas } from "./deltas.ts";
import { addDuration, averageMilliseconds, type Duration, timesToReach } from "./duration.ts";

/**
 * The ages, in milliseconds, that a schedule keeps of a history in which each snapshot was a moment late, as real ones
 * are, youngest first: so short a moment that it shows only where two are equally near to what a generation wants. The
 * history is not built: it takes O(k log k) for k that are kept, however many were taken.
 *
 * @param newest - when the newest snapshot was taken, in milliseconds since 1970
 */
export function standingAges(
  { interval, generations }: Pick<Deltas, "interval" | "generations">,
  newest: number,
): number[] {
  const history = historyOf(interval, newest);
  const times = new Set([newest]);
  for (const { delta, parent } of generations) {
    let pointer = addDuration(newest, parent, -1);
    let index = nearestIndex(history, pointer, "newer");
    while (pointer < newest) {
      const time = history.timeAt(index);
      times.add(time);
      if (index === 0) break;
      const halfWayToNext = (time + history.timeAt(index - 1)) / 2;
      pointer = addDuration(time, delta, timesToReach(time, delta, halfWayToNext + 0.5));
      index = nearestIndex(history, pointer, "older");
    }
  }
  return [...times].map((time) => newest - time).sort((a, b) => a - b);
}

/** A snapshot each interval, counted back from the newest, which is at 0. */
interface History {
  timeAt(index: number): number;

  /** About which one lies at a time. */
  indexNear(time: number): number;
}

function historyOf(interval: Duration, newest: number): History {
  const average = averageMilliseconds(interval);
  return {
    timeAt: (index) => addDuration(newest, interval, -index),
    indexNear: (time) => Math.max(0, Math.round((newest - time) / average)),
  };
}

/**
 * @param tie - which of two that are equally near. What a moment's lateness adds up to decides: measured back from the
 *   newest the newer one is nearer, measured on from an older one the older one is.
 */
function nearestIndex({ timeAt, indexNear }: History, pointer: number, tie: "newer" | "older"): number {
  let index = indexNear(pointer);
  while (index > 0 && timeAt(index) < pointer) index--;
  let older = timeAt(index + 1);
  while (older > pointer) {
    index++;
    older = timeAt(index + 1);
  }
  // Now the pointer lies between the two, unless it is at or after the newest.
  const newer = timeAt(index) - pointer;
  const isOlder = tie === "older" ? pointer - older <= newer : pointer - older < newer;
  return isOlder ? index + 1 : index;
}
