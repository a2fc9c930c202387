import { keptPositions } from "@k8s-snapshots/retention";
import { Slices } from "./slices.ts";
import type { ViewedDisk } from "./viewed-disk.ts";

/** So many snapshots to come are looked at, and for so long, in milliseconds. */
const MOST_STEPS = 1_000;
const LONGEST_LOOK_MS = 250;

/**
 * When the schedule alone will want each good snapshot no longer, were one taken each interval from now on: by their ids. Those
 * that are not there stay for longer than was looked.
 */
export async function goingDates(disk: ViewedDisk, now: number): Promise<ReadonlyMap<string, number>> {
  const { deltas, interval, snapshots, dueAt } = disk;
  const going = new Map<string, number>();
  const ready = snapshots.filter(({ state }) => state === "ready").toReversed();
  const newest = ready.at(-1);
  if (newest === undefined) return going;
  let standing: readonly { readonly at: number; readonly id?: string }[] = ready.map(({ row }) => {
    return { at: row.createdAt, id: row.id };
  });
  const slices = new Slices();
  const begun = performance.now();
  let time = Math.max(dueAt ?? newest.row.createdAt + interval, now);
  for (let step = 0; step < MOST_STEPS && going.size < ready.length; step++, time += interval) {
    if (slices.isOver) {
      if (performance.now() - begun > LONGEST_LOOK_MS) break;
      await slices.rest();
    }
    const all = [...standing, { at: time }];
    const kept = new Set(
      keptPositions(
        deltas,
        Float64Array.from(all, ({ at }) => at),
      ),
    );
    for (const [position, { id }] of all.entries()) if (id !== undefined && !kept.has(position)) going.set(id, time);
    standing = all.filter((_, position) => kept.has(position));
  }
  return going;
}
