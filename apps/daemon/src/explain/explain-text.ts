import type { Deltas } from "@k8s-snapshots/retention";
import { basisLines } from "../cluster-reading/basis.ts";
import { protectionMarks } from "../coverage/coverage-report.ts";
import { goingMark, markOf, markOfKept, missingMarks } from "../drawing/marks.ts";
import type { Canvas, Style } from "../drawing/style.ts";
import { drawTable } from "../drawing/table.ts";
import { drawTimeline, type PlacedMark } from "../drawing/timeline.ts";
import { ageInWords, intervalOf, wrapText } from "../drawing/words.ts";
import type { InventorySnapshot } from "../inventory/disk-snapshots.ts";
import { goesInWords, keptForInWords } from "../inventory/snapshot-words.ts";
import { toTheMinute } from "../plan-diff/diff-times.ts";
import type { Explanation } from "./explain-object.ts";
import { type Chapter, shortName } from "./story.ts";

/** Of the table: more are in `-o wide`. */
const MOST_ROWS = 8;

const tones = {
  fact: { glyph: "●", style: "good" },
  trouble: { glyph: "■", style: "bad" },
  next: { glyph: "○", style: "soft" },
} as const satisfies Record<Chapter["tone"], { readonly glyph: string; readonly style: Style }>;

/** A title, a timeline, the story, a table of the snapshots, and how to get the data back. */
export function explainText(explanation: Explanation, isWide: boolean, canvas: Canvas): string {
  const { disk, story, restore } = explanation;
  const lines = [
    titleLine(explanation, canvas),
    "",
    ...timelineLines(explanation, canvas),
    ...story.flatMap((chapter) => chapterLines(chapter, canvas)),
    ...(disk === undefined || disk.snapshots.length === 0 ? [] : ["", ...tableLines(explanation, isWide, canvas)]),
    "",
    ...basisLines(canvas),
    ...(restore === undefined ? [] : ["", "Get it back:", `  ${restore}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function titleLine({ object, coverage, disk, reading }: Explanation, { paint }: Canvas): string {
  const id = object.subject?.id ?? object.id;
  const name = id.startsWith("PersistentVolumeClaim/") ? id.slice(id.indexOf("/") + 1) : shortName(id);
  if (coverage === undefined) return paint("strong", name);
  const { icon, word, style } = protectionMarks[coverage.protection];
  const { newest, rule } = coverage;
  const age =
    coverage.protection === "late" && newest !== undefined && rule !== undefined
      ? `, ${ageInWords(reading.now.getTime() - newest)} of ${ageInWords(rule.interval)}`
      : "";
  const size = disk?.snapshots.length ?? 0;
  const about =
    rule === undefined ? "" : `   ${rule.backend} ${rule.location}, ${size} snapshot${size === 1 ? "" : "s"}`;
  return `${paint("strong", name)}   ${paint(style, `${icon} ${word}${age}`)}${about}`;
}

function timelineLines({ disk, reading }: Explanation, canvas: Canvas): readonly string[] {
  const deltas = disk?.inspection.rule?.deltas;
  if (disk === undefined || deltas === undefined) return [];
  const now = reading.now.getTime();
  const ready = disk.snapshots.filter(({ state }) => state === "ready");
  if (ready.length === 0) return [];
  const next = nextToGo(ready);
  const placed = ready.map(
    (snapshot): PlacedMark => ({
      age: Math.max(0, now - snapshot.createdAt),
      mark: isGoing(snapshot) || snapshot === next ? goingMark : markOfSnapshot(snapshot, deltas),
    }),
  );
  const dueAt = disk.inspection.plan.dueAt ?? now;
  const missing = disk.inspection.plan.readiness?.ready === false && dueAt < now ? now - dueAt : undefined;
  const used = new Map(placed.map(({ mark }) => [mark.glyph, mark]));
  const legend = [...used.values()]
    .sort((a, b) => legendRank(a.rank) - legendRank(b.rank))
    .map(({ style, glyph }) => `${canvas.paint(style, glyph)} ${glyph === goingMark.glyph ? "goes next" : style}`);
  if (missing !== undefined)
    legend.push(`${canvas.paint("bad", missingMarks.begin.glyph + missingMarks.on.glyph)} missing`);
  return [...drawTimeline(canvas, placed, intervalOf(deltas), missing), `  ${legend.join("  ")}`, ""];
}

function legendRank(rank: number): number {
  return rank < 0 ? Number.POSITIVE_INFINITY : rank;
}

function isGoing({ goes }: InventorySnapshot): boolean {
  return goes.when === "now" || goes.when === "waits";
}

/** The first that goes by the schedule, where none goes now. */
function nextToGo(ready: readonly InventorySnapshot[]): InventorySnapshot | undefined {
  if (ready.some(isGoing)) return undefined;
  return ready
    .filter(({ goes }) => goes.when === "later" && goes.at !== undefined)
    .sort((a, b) => (a.goes.at ?? 0) - (b.goes.at ?? 0))[0];
}

function markOfSnapshot({ keptFor }: InventorySnapshot, deltas: Deltas) {
  return keptFor.length === 0 ? markOf(intervalOf(deltas)) : markOfKept(keptFor, deltas);
}

function chapterLines({ tone, headline, details }: Chapter, { paint, width }: Canvas): readonly string[] {
  const { glyph, style } = tones[tone];
  const [first = "", ...more] = wrapText(headline, width - 4);
  return [
    `  ${paint(style, glyph)} ${first}`,
    ...more.map((line) => `    ${line}`),
    // A command stays whole, so that it can be copied.
    ...details
      .flatMap((detail) => (detail.startsWith("kubectl ") ? [detail] : wrapText(detail, width - 4)))
      .map((line) => `    ${paint("soft", line)}`),
  ];
}

function tableLines({ disk, reading }: Explanation, isWide: boolean, canvas: Canvas): readonly string[] {
  const snapshots = disk?.snapshots ?? [];
  const deltas = disk?.inspection.rule?.deltas;
  const now = reading.now.getTime();
  const shown = isWide ? snapshots : snapshots.slice(0, MOST_ROWS);
  const rows = shown.map((one) => {
    const { glyph = " " } = deltas === undefined ? {} : markOfSnapshot(one, deltas);
    const kept = keptForInWords(one.keptFor);
    return [
      { text: `  ${toTheMinute(canvas.time(one.createdAt))}` },
      { text: ageInWords(Math.max(0, now - one.createdAt)) },
      { text: one.state === "ready" ? `${glyph} ${kept || "nothing"}` : one.state },
      { text: goesInWords(one, now) },
      ...(isWide ? [{ text: one.id }] : []),
    ];
  });
  const rest = snapshots.length - shown.length;
  return [
    ...drawTable(canvas, ["  TAKEN", "AGE", "KEPT FOR", "GOES", ...(isWide ? ["SNAPSHOT"] : [])], rows),
    ...(rest === 0 ? [] : [canvas.paint("soft", `  … ${rest} more: -o wide`)]),
  ];
}
