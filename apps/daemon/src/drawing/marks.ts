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

const marks: readonly { readonly below: number; readonly mark: Mark }[] = [
  { below: HOUR, mark: { style: "minutes", glyph: "'", rank: 0 } },
  { below: DAY, mark: { style: "hours", glyph: "│", rank: 1 } },
  { below: 7 * DAY, mark: { style: "days", glyph: "●", rank: 2 } },
  { below: 28 * DAY, mark: { style: "weeks", glyph: "◆", rank: 3 } },
  { below: Number.POSITIVE_INFINITY, mark: { style: "months", glyph: "■", rank: 4 } },
];

/** @param slot - how long a time the snapshot stands for, in milliseconds */
export function markOf(slot: number): Mark {
  return (marks.find(({ below }) => slot < below) as { mark: Mark }).mark;
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

/** Where all slots are seconds, as in the demo, a mark is named by the rank of its generation; 0 is the finest. */
export function markOfRank(rank: number): Mark {
  return (marks[Math.min(rank + 1, marks.length - 1)] as { mark: Mark }).mark;
}

/** One that goes next. */
export const goingMark: Mark = { style: "soft", glyph: "○", rank: -1 };

/** Where there should be snapshots and are none: a beam with a cap where it begins. */
export const missingMarks = {
  begin: { style: "bad", glyph: "┣", rank: -2 },
  on: { style: "bad", glyph: "━", rank: -2 },
} as const satisfies Readonly<Record<string, Mark>>;
