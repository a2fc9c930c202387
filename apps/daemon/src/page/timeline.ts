import { averageMilliseconds } from "@k8s-snapshots/retention";
import type { Gap, Mark, Timeline } from "@k8s-snapshots/status-page/api";
import type { VolumeCoverage } from "../coverage/volume-coverage.ts";
import { missingSlots } from "./missing-slots.ts";
import type { ViewedDisk, ViewedSnapshot } from "./viewed-disk.ts";

/** What a row of the page draws of a disk. */
export function timelineOf(disk: ViewedDisk, { protection }: Pick<VolumeCoverage, "protection">): Timeline {
  const { deltas, good, since = Number.NEGATIVE_INFINITY, snapshots } = disk;
  const { gaps, expected } = missingSlots(deltas, good, since);
  const open = protection === "protected" ? undefined : openGap(disk);
  const closed = gaps.map(({ from, to, missing, step }) => ({ ...gapOf(from, missing, step), to: seconds(to) }));
  return {
    reach: Math.max(...deltas.durations.map(averageMilliseconds)) / 1_000,
    marks: snapshots.map(markOf),
    gaps: open === undefined ? closed : [open, ...closed],
    expected: expected.map(seconds),
  };
}

/** From when the next one was due, or the first try, until now. */
function openGap({ snapshots, good, interval }: ViewedDisk): Gap | undefined {
  const newest = good.at(-1);
  const begun = newest === undefined ? snapshots.at(-1)?.row.createdAt : newest + interval;
  if (begun === undefined) return undefined;
  const missing = Math.max(1, Math.floor((Date.now() - begun) / interval));
  return { ...gapOf(begun, missing, interval), to: null };
}

function gapOf(from: number, missing: number, step: number): Omit<Gap, "to"> {
  return { from: seconds(from), missing, step: step / 1_000 };
}

function markOf({ row, state, slot, goes }: ViewedSnapshot): Mark {
  const { id, createdAt, marks } = row;
  return {
    ...{ id, at: seconds(createdAt), slot, state },
    ...(marks.hold === true && { held: true as const }),
    ...(goes !== undefined && { goes: true as const }),
  };
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1_000;
}
