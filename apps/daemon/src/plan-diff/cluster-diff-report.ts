import type { Canvas } from "../drawing/style.ts";
import type { ClusterDiff, DiskDiff } from "./cluster-diff.ts";
import { diffJson } from "./diff-json.ts";
import { diffLines, goingLines } from "./diff-text.ts";
import { paceOf, type ScheduleDiff } from "./schedule-diff.ts";

/** `{asked, disks: [{rule, backend, location, disk, error, …}]}`: what `plan --diff` says of one, for each; or an error. */
export function clusterDiffJson({ asked, disks }: ClusterDiff): string {
  const document = {
    asked,
    disks: disks.map(({ rule, diff }) => {
      const about = { rule: rule.id, backend: rule.backend, location: rule.disk.location, disk: rule.disk.id };
      return "error" in diff ? { ...about, error: diff.error } : { ...about, error: null, ...diffJson(diff) };
    }),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Of more disks than these only a line each is shown, and of more than that none. */
const MOST_DRAWN = 3;
const MOST_LINES = 100;

/** Drawn for each disk; where there are many, for the first few, a line for the others, and a sum. */
export function clusterDiffLines({ asked, disks }: ClusterDiff, canvas: Canvas): readonly string[] {
  const { paint } = canvas;
  const drawn = disks.slice(0, MOST_DRAWN);
  const brief = disks.slice(MOST_DRAWN, MOST_LINES);
  const rest = disks.length - drawn.length - brief.length;
  return [
    paint("soft", `Asked ${asked.server}, ${asked.origin}`),
    "",
    ...drawn.flatMap((disk) => [titleOf(disk, canvas), ...bodyOf(disk, canvas), ""]),
    ...brief.map((disk) => `${disk.rule.id}: ${briefly(disk, canvas)}`),
    ...(brief.length === 0 ? [] : [""]),
    ...(rest === 0 ? [] : [paint("soft", `… and ${rest} more disks: --output json has them all`), ""]),
    ...(disks.length < 2 ? [] : [sumOf(disks), ""]),
  ];
}

function titleOf({ rule }: DiskDiff, { paint }: Canvas): string {
  return `${paint("strong", rule.id)}  ${rule.backend} ${rule.disk.location} ${rule.disk.id}`;
}

function bodyOf({ diff }: DiskDiff, canvas: Canvas): readonly string[] {
  if ("error" in diff) return [`  ${canvas.paint("bad", "error")}  ${diff.error}`];
  return [...diffLines(diff, canvas), ...goingLines(diff, canvas)];
}

function briefly({ diff }: DiskDiff, { time }: Canvas): string {
  if ("error" in diff) return `error: ${diff.error}`;
  const { kept, expires, foresight } = diff;
  const pace = paceOf(expires, foresight.window);
  const when = pace === undefined ? "" : `, from ${time(pace.first)} to ${time(pace.last)}`;
  return `${kept.length} stay, ${expires.length} go${when}`;
}

function sumOf(disks: readonly DiskDiff[]): string {
  const diffs = disks.flatMap(({ diff }): ScheduleDiff[] => ("error" in diff ? [] : [diff]));
  const kept = diffs.reduce((sum, diff) => sum + diff.kept.length, 0);
  const expires = diffs.reduce((sum, diff) => sum + diff.expires.length, 0);
  const failed = disks.length - diffs.length;
  const errors = failed === 0 ? "" : `; ${failed} could not be looked at`;
  return `On ${diffs.length} disk${diffs.length === 1 ? "" : "s"} ${kept} snapshots stay and ${expires} go${errors}.`;
}
