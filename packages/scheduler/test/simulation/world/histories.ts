import { averageMilliseconds, keptPositions, parseDeltas } from "@k8s-snapshots/retention";
import { DAY, type Instant } from "../../../src/state/time.ts";
import { labelsOfRequest } from "../../../src/testing/index.ts";
import type { Draw } from "../draw.ts";
import type { SwarmWorld } from "./swarm-world.ts";
import type { PlannedDisk } from "./world-plan.ts";

/** The snapshots of a disk whose schedule has long been in force. */
export function addLongHistory(world: SwarmWorld, { disk, cluster, schedule }: PlannedDisk, draw: Draw): void {
  const deltas = parseDeltas(schedule);
  const interval = averageMilliseconds(deltas.interval);
  const longest = averageMilliseconds(deltas.durations.at(-1) ?? deltas.interval);
  const newest = world.clock.now() - draw.between(0, 1.2) * interval;
  let times: Instant[] = [];
  for (let index = Math.min(Math.ceil(longest / interval), 400); index >= 0; index--) {
    times.push(Math.round(newest - index * interval + draw.between(0, 0.01) * interval));
    times = keptPositions(deltas, Float64Array.from(times)).map((position) => times[position] as Instant);
  }
  const isOld = world.plan.on.has("old-history");
  const policy = world.plan.on.has("orphans") && draw.chance(0.5) ? "expire" : "retain";
  for (const createdAt of times) {
    const marks = {
      schedule,
      cluster,
      policy,
      held: times.length,
      since: newest - 1_000 * DAY,
      key: `before-${disk.id}-${createdAt}`,
    } as const;
    const labels = isOld ? { "created-by": "k8s-snapshots" } : labelsOfRequest(disk, createdAt, marks);
    world.put(isOld ? "old" : "history", cluster, { disk, createdAt: new Date(createdAt), labels });
  }
}

/** More than a schedule keeps, as after a long time without deletions. */
export function addSurplus(world: SwarmWorld, { disk, cluster, schedule }: PlannedDisk, draw: Draw): void {
  const deltas = parseDeltas(schedule);
  const interval = averageMilliseconds(deltas.interval);
  // A storage system holds no more than its limit, unless that was lowered.
  const { maxSnapshotsPerDisk = Number.POSITIVE_INFINITY } = world.backend.capabilities;
  const room = Math.max(0, maxSnapshotsPerDisk + 5 - world.witness.there(disk.id).length);
  const accountRoom = world.plan.on.has("account-limit") ? 3 : Number.POSITIVE_INFINITY;
  const count = Math.min(draw.integer(20, 120), room, accountRoom);
  for (let index = count; index > 0; index--) {
    const createdAt = world.clock.now() - Math.round((index + draw.between(0.1, 0.3)) * interval);
    const labels = labelsOfRequest(disk, createdAt, {
      schedule,
      cluster,
      held: count - index,
      key: `surplus-${disk.id}-${index}`,
    });
    world.put("history", cluster, { disk, createdAt: new Date(createdAt), labels });
  }
}
