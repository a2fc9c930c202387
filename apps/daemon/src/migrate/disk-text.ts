import type { Canvas } from "../drawing/style.ts";
import { drawTable } from "../drawing/table.ts";
import { spanInWords } from "../drawing/words.ts";
import { keptForInWords } from "../inventory/snapshot-words.ts";
import { toTheMinute } from "../plan-diff/diff-times.ts";
import { paceOf } from "../plan-diff/schedule-diff.ts";
import type { DiskMigration, SnapshotMigration } from "./disk-migration.ts";
import { andMore, hanging, indented } from "./text-layout.ts";

/** More than these nobody reads in a terminal. */
const MOST_SNAPSHOTS = 60;

/** Of more disks than these only a line each is shown, and of more than that none. */
const MOST_DRAWN = 20;
const MOST_LINES = 200;

/** Each disk; where there are many, the first few, a line for each of the others, and how many more there are. */
export function disksLines(disks: readonly DiskMigration[], canvas: Canvas): readonly string[] {
  const brief = disks.slice(MOST_DRAWN, MOST_LINES).map((disk) => briefly(disk, canvas));
  return [
    ...disks.slice(0, MOST_DRAWN).flatMap((disk) => diskLines(disk, canvas)),
    ...brief,
    ...andMore(disks.length - MOST_LINES, "disks", canvas),
  ];
}

function briefly(disk: DiskMigration, canvas: Canvas): string {
  const { backend, location, disk: id, rule, error } = disk;
  const name = rule ?? `no rule: ${backend} ${location} ${id}`;
  return `  ${name}: ${error === undefined ? countsOf(disk) : canvas.paint("bad", error)}`;
}

function countsOf({ snapshots }: DiskMigration): string {
  const count = (...fates: readonly SnapshotMigration["fate"][]): number =>
    snapshots.filter(({ fate }) => fates.includes(fate)).length;
  const left = count("left-alone");
  const taken = `${count("kept", "goes", "stays")} taken over: ${count("kept", "stays")} stay, ${count("goes")} go`;
  return left === 0 ? taken : `${taken}; ${left} left alone`;
}

/** One disk: how many stay and go, from when on, and each snapshot. */
function diskLines(disk: DiskMigration, canvas: Canvas): readonly string[] {
  const { paint } = canvas;
  const { backend, location, disk: id, rule, deltas, snapshots, error } = disk;
  const title = `  ${paint("strong", rule ?? "no rule")}${deltas === undefined ? "" : ` (${deltas})`}: ${backend} ${location} ${id}`;
  if (error !== undefined) return [title, ...hanging(`  ${paint("bad", "! ")}`, error, canvas)];
  // Of a disk that nothing asks for, all stay, and for one reason.
  const shown = rule === undefined ? [] : snapshots;
  const rows = shown
    .slice(0, MOST_SNAPSHOTS)
    .map((snapshot) => [
      { text: snapshot.id },
      { text: toTheMinute(canvas.time(snapshot.createdAt)) },
      { text: fateOf(snapshot) },
      { text: goesOf(snapshot, canvas) },
      { text: keptForInWords(snapshot.keptFor) || (snapshot.why ?? "") },
    ]);
  return [
    title,
    ...summaryLines(disk, canvas),
    ...(rows.length === 0 ? [] : indented(indented(drawTable(canvas, ["SNAPSHOT", "TAKEN", "", "GOES", "WHY"], rows)))),
    ...andMore(shown.length - MOST_SNAPSHOTS, "snapshots", canvas),
  ];
}

function fateOf({ fate, state }: SnapshotMigration): string {
  const words = { kept: "kept", goes: "goes", stays: state === "ready" ? "stays" : state, "left-alone": "left alone" };
  return words[fate];
}

function goesOf({ fate, goesAt }: SnapshotMigration, canvas: Canvas): string {
  if (goesAt !== undefined) return toTheMinute(canvas.time(goesAt));
  return fate === "kept" || fate === "goes" ? "later" : "";
}

function summaryLines(disk: DiskMigration, canvas: Canvas): readonly string[] {
  const { snapshots, isDue, nextAt, foresight, rule, unlabelled } = disk;
  const time = (instant: number): string => toTheMinute(canvas.time(instant));
  const others = unlabelled === 0 ? [] : [`${unlabelled} without the author's label: neither counted nor deleted`];
  if (rule === undefined) {
    const lines = [
      `${snapshots.length} stay: nothing asks for snapshots of the disk, so that nothing deletes them`,
      ...others,
    ];
    return lines.flatMap((line) => hanging("    ", line, canvas));
  }
  const lines = [countsOf(disk)];
  if (nextAt !== undefined) lines.push(`next one ${isDue ? "at once" : time(nextAt)}`);
  const going = snapshots.filter(({ fate }) => fate === "goes");
  if (foresight !== undefined && going.length > 0) {
    const { inForceAt, grace, window, now } = foresight;
    if (inForceAt !== undefined && inForceAt > now) {
      const early = snapshots.filter(({ goesAt }) => goesAt !== undefined && goesAt < inForceAt).length;
      const what = early === 0 ? "nothing goes" : `only ${early} go, to make room`;
      const why = `a grace of ${spanInWords(grace)} after the first snapshot of this daemon`;
      lines.push(`until ${time(inForceAt)} ${what}: ${why}; the former one would delete ${going.length} at once`);
    }
    const pace = paceOf(going, window);
    if (pace !== undefined) {
      const most =
        pace.first === pace.last
          ? ""
          : `at most ${pace.most} in ${spanInWords(window)}, the oldest first, to ${time(pace.last)}`;
      lines.push(`from ${time(pace.first)} ${most === "" ? "they go" : most}`);
    }
  }
  return [...lines, ...others].flatMap((line) => hanging("    ", line, canvas));
}
