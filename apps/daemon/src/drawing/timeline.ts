import { type Mark, missingMarks } from "./marks.ts";
import type { Canvas } from "./style.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const ticks: readonly (readonly [age: number, text: string])[] = [
  [0, "now"],
  [2_000, "2 s"],
  [10_000, "10 s"],
  [60_000, "1 min"],
  [10 * 60_000, "10 min"],
  [HOUR, "1 h"],
  [6 * HOUR, "6 h"],
  [DAY, "1 d"],
  [7 * DAY, "1 w"],
  [30 * DAY, "1 mo"],
  [365 * DAY, "1 y"],
  [3_650 * DAY, "10 y"],
];

/** A snapshot on a timeline. */
export interface PlacedMark {
  /** In milliseconds. */
  readonly age: number;
  readonly mark: Mark;
}

/** Time as a line of cells, now at the right. It is logarithmic, so that an hour and a year show on one line. */
export interface Timeline {
  readonly width: number;
  cellOf(age: number): number;
}

/**
 * @param oldest - the age that is to fit, in milliseconds
 * @param interval - of the schedule, in milliseconds: what is younger is drawn wide
 */
export function timelineOf(width: number, oldest: number, interval: number): Timeline {
  const far = 1.12 * Math.max(oldest, interval);
  const near = interval / 3;
  return {
    width,
    cellOf(age) {
      const share = Math.log1p(Math.max(0, age) / near) / Math.log1p(far / near);
      return Math.max(0, Math.min(width - 1, Math.round((width - 1) * (1 - share))));
    },
  };
}

/**
 * Two lines: a scale, and below it a row of marks.
 *
 * @param missing - the age since which there should be another one, in milliseconds. Default: there should not
 */
export function drawTimeline(
  canvas: Canvas,
  placed: readonly PlacedMark[],
  interval: number,
  missing?: number,
): readonly string[] {
  const oldest = placed.reduce((most, { age }) => Math.max(most, age), interval);
  const timeline = timelineOf(canvas.width - 4, oldest, interval);
  return [`  ${drawScale(canvas, timeline)}`, `  ${drawRow(canvas, timeline, placed, missing)}`];
}

export function drawScale(canvas: Canvas, { width, cellOf }: Timeline): string {
  const cells = Array.from({ length: width }, () => " ");
  let free = width + 1;
  let cellBefore = width;
  for (const [age, text] of ticks) {
    const cell = cellOf(age);
    const from = Math.min(width - text.length, Math.max(0, cell - Math.floor((text.length - 1) / 2)));
    if (from + text.length + 1 > free || (age > 0 && cell === 0) || cell === cellBefore) continue;
    for (const [index, letter] of [...text].entries()) cells[from + index] = letter;
    free = from;
    cellBefore = cell;
  }
  return canvas.paint("soft", cells.join("").trimEnd());
}

export function drawRow(
  canvas: Canvas,
  { width, cellOf }: Timeline,
  placed: readonly PlacedMark[],
  missing?: number,
): string {
  const cells: (Mark | undefined)[] = Array.from({ length: width }, () => undefined);
  for (const { age, mark } of placed) {
    const cell = cellOf(age);
    if ((cells[cell]?.rank ?? -1) <= mark.rank) cells[cell] = mark;
  }
  if (missing !== undefined && missing > 0) {
    const from = cellOf(missing);
    for (let cell = from; cell < width; cell++) cells[cell] ??= cell === from ? missingMarks.begin : missingMarks.on;
  }
  return cells.map((mark) => (mark ? canvas.paint(mark.style, mark.glyph) : canvas.paint("soft", "─"))).join("");
}
