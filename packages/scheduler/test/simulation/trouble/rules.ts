import { averageMilliseconds } from "@k8s-snapshots/retention";
import type { Milliseconds } from "../../../src/state/time.ts";
import { labelsOfRequest } from "../../../src/testing/index.ts";
import type { Draw } from "../draw.ts";
import type { Switch } from "../switches.ts";
import { drawSchedule } from "../world/schedules.ts";
import type { SwarmWorld } from "../world/swarm-world.ts";
import type { PlannedDisk } from "../world/world-plan.ts";
import { after, atMoments, lasting, type Trouble } from "./moments.ts";

/** People edit rules: meaning it, mistyping, taking it back. */
export const ruleTroubles: Partial<Record<Switch, Trouble>> = {
  edits: (world, draw) =>
    atMoments(world, draw, draw.integer(1, 3), () => {
      const planned = anyDisk(world, draw);
      world.rules.setSchedule(planned.cluster, planned.disk.id, otherSchedule(world, draw));
    }),

  "taken-back": (world, draw) =>
    atMoments(world, draw, 2, () => {
      const { disk, cluster } = anyDisk(world, draw);
      const before = world.rules.find(cluster, disk.id)?.deltas?.text;
      if (before === undefined) return;
      world.rules.setSchedule(cluster, disk.id, otherSchedule(world, draw));
      const most =
        Math.max(0, (world.plan.policy.scheduleChangeGrace ?? 0) - world.plan.shortest) / world.plan.shortest;
      after(world, world.passed + lasting(world, draw, Math.min(0.1, most), most), () =>
        world.rules.setSchedule(cluster, disk.id, before),
      );
    }),

  "flapping-rules": (world, draw) => {
    const { disk, cluster, schedule } = anyDisk(world, draw);
    const texts = [schedule, otherSchedule(world, draw)];
    let turn = 0;
    atMoments(world, draw, 20, () => world.rules.setSchedule(cluster, disk.id, texts[++turn % 2] as string));
  },

  confirmed: (world, draw) =>
    atMoments(world, draw, 2, () => {
      const { disk, cluster } = anyDisk(world, draw);
      world.rules.setSchedule(cluster, disk.id, otherSchedule(world, draw));
      const text = world.rules.find(cluster, disk.id)?.deltas?.text;
      after(world, world.passed + lasting(world, draw, 0, 4), () =>
        world.rules.edit(cluster, disk.id, { confirmedDeltas: text }),
      );
    }),

  "invalid-rules": (world, draw) =>
    forATime(world, draw, 2, ({ disk, cluster }) => {
      const deltas = world.rules.find(cluster, disk.id)?.deltas;
      world.rules.edit(cluster, disk.id, { deltas: undefined });
      return () => world.rules.edit(cluster, disk.id, { deltas });
    }),

  suspended: (world, draw) =>
    forATime(world, draw, 2, ({ disk, cluster }) => {
      world.rules.edit(cluster, disk.id, { deletionsSuspended: "another object cannot be read" });
      return () => world.rules.edit(cluster, disk.id, { deletionsSuspended: undefined });
    }),

  "rule-gone": (world, draw) =>
    forATime(
      world,
      draw,
      2,
      ({ disk, cluster }) => {
        const rule = world.rules.find(cluster, disk.id);
        world.rules.remove(cluster, disk.id);
        return () => {
          if (rule === undefined) return;
          world.rules.set(cluster, rule);
          world.rules.edit(cluster, disk.id, { deletionsSuspended: undefined });
        };
      },
      [0.1, 20],
    ),

  policies: (world, draw) =>
    atMoments(world, draw, 3, () => {
      const { disk, cluster } = anyDisk(world, draw);
      world.rules.edit(cluster, disk.id, { deletionPolicy: draw.pick(["expire", "expire", "retain"]) });
    }),

  "no-budget": (world, draw) =>
    atMoments(world, draw, 1, () => {
      const { disk, cluster } = anyDisk(world, draw);
      world.rules.edit(cluster, disk.id, { ignoreDeletionBudget: true });
    }),

  orphans: (world, draw) => {
    const disk = { location: "home", id: "orphan-1" };
    const schedule = drawSchedule(draw, world.plan.shortest);
    const policy = draw.pick(["expire", "expire", "retain"] as const);
    world.storage.addDisk(disk);
    const interval: Milliseconds = world.plan.shortest;
    const count = draw.integer(2, 40);
    for (let index = 1; index <= count; index++) {
      const createdAt = Math.round(world.clock.now() - (index + 0.1) * interval);
      const marks = { schedule, cluster: "cluster-1", policy, held: count - index, key: `orphan-${index}` };
      const labels = labelsOfRequest(disk, createdAt, marks);
      world.put("history", "cluster-1", { disk, createdAt: new Date(createdAt), labels });
    }
  },
};

function anyDisk(world: SwarmWorld, draw: Draw): PlannedDisk {
  return draw.pick(world.plan.disks.filter(({ namespace }) => namespace !== "greedy"));
}

function otherSchedule(world: SwarmWorld, draw: Draw): string {
  return drawSchedule(draw, world.plan.shortest * draw.pick([1, 1, 2]));
}

function forATime(
  world: SwarmWorld,
  draw: Draw,
  count: number,
  begin: (planned: PlannedDisk) => () => void,
  [low, high]: readonly [number, number] = [0.5, 6],
): void {
  let busyUntil = 0;
  atMoments(world, draw, count, () => {
    if (world.passed < busyUntil) return;
    const duration = lasting(world, draw, low, high);
    busyUntil = world.passed + duration;
    after(world, busyUntil, begin(anyDisk(world, draw)));
  });
}

/** The interval of the schedule that a rule has now. */
export function intervalOfRule(world: SwarmWorld, { disk, cluster }: PlannedDisk): Milliseconds | undefined {
  const deltas = world.rules.find(cluster, disk.id)?.deltas;
  return deltas && averageMilliseconds(deltas.interval);
}
