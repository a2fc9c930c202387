import { averageMilliseconds, type Deltas, type KeepReason } from "@k8s-snapshots/retention";
import { type SlotClass, slotOfLength, slotOfRank } from "../drawing/marks.ts";

const HOUR = 3_600_000;

/**
 * How long a time a snapshot stands for: by the coarsest generation that keeps it, so that a day is drawn alike in every row.
 * Where all generations are shorter than an hour, as in the demo, by the rank of the generation instead.
 */
export function slotOf(reasons: readonly KeepReason[], deltas: Deltas): SlotClass {
  const generations = reasons.flatMap((reason) => (reason.kind === "generation" ? [reason.generation] : []));
  const isQuick = deltas.generations.every(({ delta }) => averageMilliseconds(delta) < HOUR);
  if (isQuick && deltas.generations.length > 1) {
    return slotOfRank(Math.max(0, ...generations.map(({ index }) => index)));
  }
  const lengths = generations.map(({ delta }) => averageMilliseconds(delta));
  return slotOfLength(Math.max(averageMilliseconds(deltas.interval), ...lengths));
}
