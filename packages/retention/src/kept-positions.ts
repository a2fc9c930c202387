import type { Deltas } from "./deltas.ts";
import { pickGeneration } from "./pick-generation.ts";

/**
 * Which of a disk's snapshots a schedule keeps, by position alone: the rule of {@link decideRetention} for callers that
 * hold times in columns, without its reasons and without an object for each snapshot. Takes O(p log n) for p that are
 * kept of n.
 *
 * @param times - in milliseconds since 1970, strictly ascending
 * @returns ascending positions in `times`; the newest is always among them. None for no times.
 */
export function keptPositions(deltas: Deltas, times: Float64Array): number[] {
  if (times.length === 0) return [];
  let kept = [times.length - 1];
  for (const generation of deltas.generations) kept = union(kept, pickGeneration(times, generation).positions);
  return kept;
}

/** All that is in one of two ascending lists or in both, ascending. */
function union(left: readonly number[], right: readonly number[]): number[] {
  const merged: number[] = [];
  let next = 0;
  for (const position of left) {
    while (next < right.length && (right[next] as number) < position) merged.push(right[next++] as number);
    if (right[next] === position) next++;
    merged.push(position);
  }
  while (next < right.length) merged.push(right[next++] as number);
  return merged;
}
