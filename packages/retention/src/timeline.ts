import { ascendingOrder } from "./ascending-order.ts";
import type { DatedSnapshot } from "./decision.ts";

/** Snapshots in the order of their times, in columns: one object for all, not one for each. */
export interface Timeline {
  /** The different times, in milliseconds since 1970, strictly ascending. */
  readonly times: Float64Array;

  /** Positions in the input, oldest first; of one time, by id. */
  readonly order: Uint32Array;

  /** For each time, where its snapshots begin in `order`. The first of them stands for all. */
  readonly starts: Uint32Array;
}

/**
 * Reads the times off the snapshots and sorts them, unless they are sorted already. Takes O(n), and O(k log k) for k
 * snapshots of one time that are not in the order of their ids.
 *
 * @throws {TypeError} if a `createdAt` is not a valid date, or one id is there twice at one time
 */
export function readTimeline<T>(snapshots: readonly T[], view: (snapshot: T) => DatedSnapshot): Timeline {
  const unordered = new Float64Array(snapshots.length);
  let ascending = true;
  let previous = Number.NEGATIVE_INFINITY;
  for (let position = 0; position < snapshots.length; position++) {
    const seen = view(snapshots[position] as T);
    const { createdAt } = seen;
    // Callers without types may give anything. `instanceof` takes three times as long, and refuses another realm's dates.
    const time = createdAt?.getTime?.() ?? Number.NaN;
    if (Number.isNaN(time)) throw new TypeError(`createdAt of snapshot ${seen.id} is not a valid Date: ${createdAt}`);
    unordered[position] = time;
    if (time <= previous) ascending = false;
    previous = time;
  }
  if (ascending) {
    const positions = countUp(snapshots.length);
    return { times: unordered, order: positions, starts: positions };
  }
  return groupByTime(unordered, ascendingOrder(unordered), (position) => view(snapshots[position] as T).id);
}

function countUp(length: number): Uint32Array {
  const positions = new Uint32Array(length);
  for (let position = 0; position < length; position++) positions[position] = position;
  return positions;
}

function groupByTime(unordered: Float64Array, order: Uint32Array, idAt: (position: number) => string): Timeline {
  const times = new Float64Array(order.length);
  const starts = new Uint32Array(order.length);
  let groups = 0;
  let start = 0;
  while (start < order.length) {
    const time = unordered[order[start] as number] as number;
    let end = start + 1;
    while (end < order.length && unordered[order[end] as number] === time) end++;
    if (end - start > 1) sortById(order.subarray(start, end), idAt);
    times[groups] = time;
    starts[groups] = start;
    groups++;
    start = end;
  }
  return { times: times.subarray(0, groups), order, starts: starts.subarray(0, groups) };
}

/** Sorts in place the positions of snapshots of one time. */
function sortById(positions: Uint32Array, idAt: (position: number) => string): void {
  const ids = Array.from(positions, idAt);
  const before = positions.slice();
  const ranks = Array.from(ids.keys()).sort((a, b) => compareIds(ids[a] as string, ids[b] as string));
  for (const [index, rank] of ranks.entries()) {
    const previous = ranks[index - 1];
    if (previous !== undefined && ids[previous] === ids[rank]) {
      throw new TypeError(`snapshot ${ids[rank]} is listed twice`);
    }
    positions[index] = before[rank] as number;
  }
}

function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
