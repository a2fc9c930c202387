import { averageMilliseconds, type Deltas, type KeepReason } from "@k8s-snapshots/retention";
import type { Style } from "./style.ts";

/** A mark is named by the length of its slot, not by the rank of its generation: a circle is a day everywhere. */
export interface Mark {
  readonly style: Style;
  readonly glyph: string;

  /** Where two fall onto one cell, the higher rank is drawn. */
  readonly rank: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long a time a snapshot stands for. */
export type SlotClass = "minutes" | "hours" | "days" | "weeks" | "months";

const slots: readonly { readonly below: number; readonly slot: SlotClass }[] = [
  { below: HOUR, slot: "minutes" },
  { below: DAY, slot: "hours" },
  { below: 7 * DAY, slot: "days" },
  { below: 28 * DAY, slot: "weeks" },
  { below: Number.POSITIVE_INFINITY, slot: "months" },
];

const marks: Readonly<Record<SlotClass, Mark>> = {
  minutes: { style: "minutes", glyph: "'", rank: 0 },
  hours: { style: "hours", glyph: "│", rank: 1 },
  days: { style: "days", glyph: "●", rank: 2 },
  weeks: { style: "weeks", glyph: "◆", rank: 3 },
  months: { style: "months", glyph: "■", rank: 4 },
};

/** @param length - how long a time the snapshot stands for, in milliseconds */
export function slotOfLength(length: number): SlotClass {
  return (slots.find(({ below }) => length < below) as { slot: SlotClass }).slot;
}

/** Where all slots are seconds, as in the demo, they are named by the rank of their generation; 0 is the finest. */
export function slotOfRank(rank: number): SlotClass {
  return (slots[Math.min(rank + 1, slots.length - 1)] as { slot: SlotClass }).slot;
}

/** @param slot - how long a time the snapshot stands for, in milliseconds */
export function markOf(slot: number): Mark {
  return marks[slotOfLength(slot)];
}

/** What is kept is drawn as the coarsest generation that wants it; what no generation wants, as one of the finest. */
export function markOfKept(
  reasons: readonly (KeepReason | { readonly kind: "future" | "held" })[],
  deltas: Deltas,
): Mark {
  const slots = reasons.map((reason) =>
    averageMilliseconds(reason.kind === "generation" ? reason.generation.delta : deltas.interval),
  );
  return markOf(Math.max(...slots));
}

/** One that goes. Drawn over all others. */
export const expiredMark: Mark = { style: "bad", glyph: "×", rank: 9 };

/** As {@link slotOfRank} has it. */
export function markOfRank(rank: number): Mark {
  return marks[slotOfRank(rank)];
}

/** One that goes next. */
export const goingMark: Mark = { style: "soft", glyph: "○", rank: -1 };

/** Where there should be snapshots and are none: a beam with a cap where it begins. */
export const missingMarks = {
  begin: { style: "bad", glyph: "┣", rank: -2 },
  on: { style: "bad", glyph: "━", rank: -2 },
} as const satisfies Readonly<Record<string, Mark>>;
