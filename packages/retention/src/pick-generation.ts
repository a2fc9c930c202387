import type { Generation } from "./deltas.ts";
import { addDuration, timesToReach } from "./duration.ts";

/** The snapshots that one generation keeps, oldest first, in two columns of the same length. */
export interface GenerationPicks {
  readonly generation: Generation;

  /** Positions in the ascending times. */
  readonly positions: readonly number[];

  /** For each, the point in time that the generation wanted a snapshot of, in milliseconds since 1970. */
  readonly wanted: readonly number[];
}

/**
 * The snapshots that one generation keeps: tarsnapper's rule. A pointer starts at newest - parent; the snapshot nearest
 * to it is picked, and the pointer goes on from that snapshot's time by delta, until it is at the newest. Where the
 * nearest is the one just picked, the pointer moves on until another one is: here in one step, so that a gap costs the
 * same however long it is.
 *
 * Takes O(p log n) for p picks among n times.
 *
 * @param times - in milliseconds since 1970, strictly ascending, at least one
 * @see {@link https://github.com/miracle2k/tarsnapper/blob/0.4.0/tarsnapper/expire.py}
 */
export function pickGeneration(times: Float64Array, generation: Generation): GenerationPicks {
  const { delta, parent } = generation;
  const newest = times[times.length - 1] as number;
  const positions: number[] = [];
  const wanted: number[] = [];
  let pointer = addDuration(newest, parent, -1);
  let from = 0;
  while (pointer < newest) {
    const position = nearest(times, pointer, from);
    positions.push(position);
    wanted.push(pointer);
    if (position === times.length - 1) break;
    const time = times[position] as number;
    const halfWayToNext = (time + (times[position + 1] as number)) / 2;
    pointer = addDuration(time, delta, timesToReach(time, delta, halfWayToNext));
    from = position;
  }
  return { generation, positions, wanted };
}

/** The position, from `from` on, of the time nearest to `pointer`; of two that are equally near, the newer. */
function nearest(times: Float64Array, pointer: number, from: number): number {
  let before = from;
  let step = 1;
  while (before + step < times.length && (times[before + step] as number) < pointer) {
    before += step;
    step *= 2;
  }
  let after = Math.min(before + step, times.length - 1);
  while (after - before > 1) {
    const middle = (before + after) >> 1;
    if ((times[middle] as number) < pointer) before = middle;
    else after = middle;
  }
  return pointer - (times[before] as number) < Math.abs((times[after] as number) - pointer) ? before : after;
}
