import { stepsToCome } from "../inventory/when-they-go.ts";
import { Slices } from "./slices.ts";
import type { ViewedDisk } from "./viewed-disk.ts";

/** So long is looked ahead for, in milliseconds. */
const LONGEST_LOOK_MS = 250;

/** When each good snapshot goes, by their ids: see {@link stepsToCome}. Those that are not there stay for longer than was looked. */
export async function goingDates(disk: ViewedDisk, now: number): Promise<ReadonlyMap<string, number>> {
  const { deltas, interval, snapshots, dueAt } = disk;
  const going = new Map<string, number>();
  const ready = snapshots.flatMap(({ state, row }) => (state === "ready" ? [row] : [])).toReversed();
  const newest = ready.at(-1);
  if (newest === undefined) return going;
  const held = new Set(ready.filter(({ marks }) => marks.hold === true).map(({ id }) => id));
  const slices = new Slices();
  const begun = performance.now();
  for (const { at, gone } of stepsToCome(deltas, ready, Math.max(dueAt ?? newest.createdAt + interval, now), held)) {
    for (const id of gone) going.set(id, at);
    if (!slices.isOver) continue;
    if (performance.now() - begun > LONGEST_LOOK_MS) break;
    await slices.rest();
  }
  return going;
}
