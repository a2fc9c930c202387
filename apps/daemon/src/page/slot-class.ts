import { averageMilliseconds, type Deltas, type KeepReason } from "@k8s-snapshots/retention";
import type { SlotClass } from "@k8s-snapshots/status-page/api";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const classes: readonly { readonly below: number; readonly slot: SlotClass }[] = [
  { below: HOUR, slot: "minutes" },
  { below: DAY, slot: "hours" },
  { below: 7 * DAY, slot: "days" },
  { below: 28 * DAY, slot: "weeks" },
  { below: Number.POSITIVE_INFINITY, slot: "months" },
];

/**
 * How long a time a snapshot stands for: by the coarsest generation that keeps it, so that a day is drawn alike in every row.
 * Where all generations are shorter than an hour, as in the demo, by the rank of the generation instead.
 */
export function slotOf(reasons: readonly KeepReason[], deltas: Deltas): SlotClass {
  const generations = reasons.flatMap((reason) => (reason.kind === "generation" ? [reason.generation] : []));
  const isQuick = deltas.generations.every(({ delta }) => averageMilliseconds(delta) < HOUR);
  if (isQuick && deltas.generations.length > 1) {
    const rank = Math.max(0, ...generations.map(({ index }) => index));
    return (classes[Math.min(rank + 1, classes.length - 1)] as { slot: SlotClass }).slot;
  }
  const lengths = generations.map(({ delta }) => averageMilliseconds(delta));
  return slotOfLength(Math.max(averageMilliseconds(deltas.interval), ...lengths));
}

function slotOfLength(length: number): SlotClass {
  return (classes.find(({ below }) => length < below) as { slot: SlotClass }).slot;
}
