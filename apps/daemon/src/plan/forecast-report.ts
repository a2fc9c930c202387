import { averageMilliseconds, type Deltas, decideRetention, forecast } from "@k8s-snapshots/retention";
import { type Mark, markOf, markOfKept } from "../drawing/marks.ts";
import type { Canvas } from "../drawing/style.ts";
import { drawTimeline } from "../drawing/timeline.ts";
import { intervalOf, lengthInWords, scheduleInWords, wrapText } from "../drawing/words.ts";

/** `{deltas, most, fewest, agesSeconds, method}`. */
export function forecastJson(deltas: Deltas, start: Date | undefined): string {
  const { most, fewest, ages, method } = forecast(deltas, optionsOf(start));
  const agesSeconds = ages.map((age) => age / 1_000);
  return `${JSON.stringify({ deltas: deltas.text, most, fewest, agesSeconds, method }, undefined, 2)}\n`;
}

/** What the schedule settles to, drawn. */
export function forecastText(deltas: Deltas, start: Date | undefined, canvas: Canvas): string {
  const { most, fewest, ages } = forecast(deltas, optionsOf(start));
  const { paint, width } = canvas;
  const drawn = ages.length === 0 ? [] : ["", ...drawTimeline(canvas, marksOf(deltas, ages), intervalOf(deltas))];
  const note =
    "“A mistake costs” says how far apart two snapshots of that age are: what is noticed by then can be undone up to so long before it.";
  return [
    paint("strong", deltas.text),
    ...wrapText(scheduleInWords(deltas), width),
    ...drawn,
    "",
    ...generationRows(deltas, ages, canvas),
    ...totalRows(`${fewest} to ${most} snapshots at once`, ages, canvas),
    "",
    ...wrapText(note, width).map((line) => paint("soft", line)),
    paint("soft", "What it would do to snapshots that exist: --snapshots FILE, or --cluster"),
    "",
  ].join("\n");
}

/** Of the table of generations. */
const COLUMNS = [19, 21, 24] as const;
const COUNT_WIDTH = 9;

/** The total, under a line. */
function totalRows(total: string, { length: counted }: readonly number[], { paint }: Canvas): readonly string[] {
  if (counted === 0) return [paint("strong", `  ${total}`)];
  const width = 2 + COLUMNS.reduce((sum, column) => sum + column, 0) + COUNT_WIDTH;
  return [
    paint("soft", `  ${"─".repeat(width)}`),
    paint("strong", `  ${total}${`${counted}`.padStart(width - total.length)}`),
  ];
}

/** A line for each generation: how often, how far back, and what a mistake costs that is noticed by then. */
function generationRows(deltas: Deltas, ages: readonly number[], { paint }: Canvas): readonly string[] {
  const row = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === 3 ? cell.padStart(COUNT_WIDTH) : cell.padEnd(COLUMNS[index] ?? 0)))
      .join("")
      .trimEnd();
  const counted = ages.length > 0;
  const head = ["One each", "up to an age of", "a mistake costs", ...(counted ? ["snapshots"] : [])];
  let from = 0;
  const rows = deltas.generations.map(({ delta, parent }, index) => {
    const step = averageMilliseconds(delta);
    const isLast = index === deltas.generations.length - 1;
    const until = isLast ? Number.POSITIVE_INFINITY : averageMilliseconds(parent) - step / 2;
    const count = ages.filter((age) => age >= from && age < until).length;
    from = until;
    const { style, glyph } = markOf(step);
    const length = lengthInWords(delta);
    const cells = [length.replace(/^an? /, ""), lengthInWords(parent), length, ...(counted ? [`${count}`] : [])];
    return `  ${paint(style, glyph)} ${row(cells)}`;
  });
  return [paint("soft", `    ${row(head)}`), ...rows];
}

function marksOf(deltas: Deltas, ages: readonly number[]): { readonly age: number; readonly mark: Mark }[] {
  // Late enough that the oldest of any schedule still has a date.
  const now = 8_640_000_000_000_000 / 2;
  const snapshots = ages.map((age, index) => ({ id: `${index}`, createdAt: new Date(now - age) }));
  return decideRetention(deltas, snapshots).kept.map(({ snapshot, reasons }) => ({
    age: now - snapshot.createdAt.getTime(),
    mark: markOfKept(reasons, deltas),
  }));
}

function optionsOf(start: Date | undefined): { start?: Date } {
  return start === undefined ? {} : { start };
}
