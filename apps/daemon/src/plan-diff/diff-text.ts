import { HOLD_LABEL } from "@k8s-snapshots/backend-api";
import { averageMilliseconds, type Deltas, describeExpireReason } from "@k8s-snapshots/retention";
import { expiredMark, type Mark, markOf, markOfKept } from "../drawing/marks.ts";
import type { Canvas } from "../drawing/style.ts";
import { drawRow, drawScale, type PlacedMark, timelineOf } from "../drawing/timeline.ts";
import { intervalOf, lengthInWords, scheduleInWords, wrapText } from "../drawing/words.ts";
import { toTheMinute, whenLines } from "./diff-times.ts";
import type { ExpiringSnapshot, ScheduleDiff } from "./schedule-diff.ts";

/** More lines than this nobody reads: the rest is in the JSON. */
const MOST_LINES = 40;

/** The two schedules, drawn over each other: what both keep, what goes and why, and when. */
export function diffLines(diff: ScheduleDiff, canvas: Canvas): readonly string[] {
  return [
    ...headLines(diff, canvas),
    "",
    ...drawnLines(diff, canvas),
    ...countLines(diff, canvas),
    "",
    ...whenLines(diff, canvas),
    ...rangeLines(diff, canvas),
  ];
}

/** A line for each snapshot that goes, in the order in which they go: when, and why. */
export function goingLines({ expires }: ScheduleDiff, canvas: Canvas): readonly string[] {
  if (expires.length === 0) return [];
  const { paint } = canvas;
  const time = (instant: number): string => toTheMinute(canvas.time(instant));
  const NEVER = Number.MAX_SAFE_INTEGER;
  const shown = expires
    .toSorted((a, b) => (a.goesAt ?? NEVER) - (b.goesAt ?? NEVER) || a.createdAt - b.createdAt)
    .slice(0, MOST_LINES);
  const widest = shown.reduce((most, { id }) => Math.max(most, id.length), 0);
  const rest = expires.length - shown.length;
  return [
    "",
    ...shown.map(({ id, createdAt, goesAt, reason }) => {
      const when = goesAt === undefined ? "stays" : `goes ${time(goesAt)}`;
      return `${when}  ${id.padEnd(widest)} of ${time(createdAt)}: ${describeExpireReason(reason, (by) => by.id)}`;
    }),
    ...(rest === 0 ? [] : [paint("soft", `… and ${rest} more: --output json has them all`)]),
  ];
}

function headLines({ before, after }: ScheduleDiff, { paint, width }: Canvas): readonly string[] {
  const widest = Math.max(before.text.length, after.text.length);
  return [["old", before] as const, ["new", after] as const].flatMap(([name, deltas]) => {
    const words = scheduleInWords(deltas);
    const line = `${name}  ${paint("strong", deltas.text)}${" ".repeat(widest - deltas.text.length)}   ${words}`;
    if (8 + widest + words.length <= width) return [line];
    return [`${name}  ${paint("strong", deltas.text)}`, ...wrapText(words, width - 5).map((part) => `     ${part}`)];
  });
}

function drawnLines(diff: ScheduleDiff, canvas: Canvas): readonly string[] {
  const { before, after, now, kept, expires } = diff;
  const age = ({ createdAt }: { readonly createdAt: number }): number => now - createdAt;
  const past = kept.filter((one) => age(one) >= 0);
  const was: PlacedMark[] = [...past, ...expires].map((one) => ({
    age: age(one),
    mark: one.before.length === 0 ? markOf(intervalOf(before)) : markOfKept(one.before, before),
  }));
  if (was.length === 0) return [];
  // What stays is drawn over what goes.
  const goes: Mark = { ...expiredMark, rank: -1 };
  const becomes: PlacedMark[] = [
    ...expires.map((one) => ({ age: age(one), mark: goes })),
    ...past.map((one) => ({ age: age(one), mark: markOfKept(one.reasons, after) })),
  ];
  const oldest = was.reduce((most, one) => Math.max(most, one.age), 0);
  const timeline = timelineOf(canvas.width - 10, oldest, Math.min(intervalOf(before), intervalOf(after)));
  const used = new Map([...was, ...becomes].map(({ mark }) => [mark.glyph, mark]));
  const legend = [...used.values()].sort((a, b) => legendRank(a) - legendRank(b));
  return [
    `        ${drawScale(canvas, timeline)}`,
    `  now   ${drawRow(canvas, timeline, was)}`,
    `  after ${drawRow(canvas, timeline, becomes)}`,
    "",
    `  ${legend.map(({ style, glyph }) => `${canvas.paint(style, glyph)} ${style === "bad" ? "goes" : style}`).join("   ")}`,
    "",
  ];
}

function legendRank({ rank }: Mark): number {
  return rank < 0 ? Number.POSITIVE_INFINITY : rank;
}

function countLines({ before, after, kept, expires }: ScheduleDiff, { paint }: Canvas): readonly string[] {
  const count = kept.length + expires.length;
  const going = expires.length === 0 ? "none goes" : paint("bad", `${expires.length} go${one(expires.length, "es")}`);
  return [
    paint("strong", `  ${count} now, ${kept.length} stay${one(kept.length, "s")}, `) + going,
    ...countOf(
      expires.filter(({ keptBy, reason }) => keptBy === "old" && reason.kind === "too-old"),
      `older than ${lengthInWords(after.durations.at(-1) as Deltas["interval"])}: the new deltas do not reach back so far`,
    ),
    ...generationsOf(after).flatMap((delta) =>
      countOf(
        expires.filter((expiring) => expiring.keptBy === "old" && deltaOf(expiring) === delta.text),
        `closer together than one each ${lengthInWords(delta).replace(/^an? /, "")}`,
      ),
    ),
    ...countOf(
      expires.filter(({ keptBy, reason }) => keptBy === "old" && reason.kind === "same-time"),
      "of the same time as another",
    ),
    ...countOf(
      expires.filter(({ keptBy }) => keptBy === "neither"),
      `that ${before.text} does not keep either`,
    ),
    ...countOf(
      kept.filter(({ keptBy }) => keptBy === "new"),
      `that ${before.text} lets go: only the new deltas want them`,
    ),
    ...countOf(
      kept.filter(({ reasons }) => reasons.some(({ kind }) => kind === "held")),
      `labelled ${HOLD_LABEL}: kept, whatever the deltas`,
    ),
    ...countOf(
      kept.filter(({ reasons }) => reasons.some(({ kind }) => kind === "future")),
      "dated in the future: kept, and counted for nothing",
    ),
  ];
}

function generationsOf({ generations }: Deltas): readonly Deltas["interval"][] {
  return [...new Map(generations.map(({ delta }) => [delta.text, delta])).values()];
}

/** The delta that a snapshot is too close to another for. */
function deltaOf({ reason }: ExpiringSnapshot): string | undefined {
  return reason.kind === "nearer" || reason.kind === "not-due" ? reason.generation.delta.text : undefined;
}

function countOf(snapshots: readonly unknown[], words: string): readonly string[] {
  return snapshots.length === 0 ? [] : [`  ${`${snapshots.length}`.padStart(4)}  ${words}`];
}

/** What the two keep in the long run, and how far they reach back. */
function rangeLines({ before, after, forecasts, expires }: ScheduleDiff, { paint, width }: Canvas): readonly string[] {
  const reach = ({ durations }: Deltas): Deltas["interval"] => durations.at(-1) as Deltas["interval"];
  const [was, is] = [reach(before), reach(after)];
  const bounds = ({ fewest, most }: { readonly fewest: number; readonly most: number }): string =>
    `${fewest} to ${most}`;
  const lines = wrapText(
    `In the long run ${bounds(forecasts.after)} stand at once, back to ${lengthInWords(is)}; with the old deltas ${bounds(forecasts.before)}, back to ${lengthInWords(was)}.`,
    width,
  );
  const isLoss = averageMilliseconds(is) < averageMilliseconds(was) && expires.length > 0;
  const loss = paint("strong", `You could no longer go back further than ${lengthInWords(is)}.`);
  return ["", ...lines, ...(isLoss ? [`${paint("bad", "!")} ${loss}`] : [])];
}

function one(count: number, ending: string): string {
  return count === 1 ? ending : "";
}
