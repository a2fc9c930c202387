import type { Deltas } from "./deltas.ts";
import { pickGeneration } from "./pick-generation.ts";

/**
 * Which of a disk's snapshots a schedule keeps, by position alone: the rule of {@link decideRetention} for callers that
 * hold times in columns, without its reasons and without an object for each snapshot.
 *
 * @param times - in milliseconds since 1970, strictly ascending
 * @returns ascending positions in `times`; the newest is always among them. None for no times.
 */
export function keptPositions(deltas: Deltas, times: Float64Array): number[] {
  if (times.length === 0) return [];
  const kept = new Uint8Array(times.length);
  kept[times.length - 1] = 1;
  for (const generation of deltas.generations) {
    for (const { position } of pickGeneration(times, generation)) kept[position] = 1;
  }
  const positions: number[] = [];
  for (let position = 0; position < kept.length; position++) if (kept[position] === 1) positions.push(position);
  return positions;
}
