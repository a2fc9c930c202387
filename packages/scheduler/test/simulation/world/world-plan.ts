import type { Disk } from "@k8s-snapshots/backend-api";
import type { Policy } from "../../../src/policy.ts";
import { HOUR, MINUTE, type Milliseconds } from "../../../src/state/time.ts";
import { Draw } from "../draw.ts";
import type { Switch } from "../switches.ts";
import { drawSchedule, intervals } from "./schedules.ts";

/** A disk of the world, and the rule that it begins with. */
export interface PlannedDisk {
  readonly disk: Disk;
  readonly cluster: string;
  readonly schedule: string;
  readonly interval: Milliseconds;
  readonly namespace: string | undefined;

  /** Whether it begins with the history of a schedule that has long been in force. */
  readonly hasHistory: boolean;
}

/** What a seed says of a world before anything happens in it. */
export interface WorldPlan {
  readonly seed: number;
  readonly on: ReadonlySet<Switch>;
  readonly disks: readonly PlannedDisk[];
  readonly policy: Partial<Policy>;

  /** The longest of the schedules' intervals, also of those that rules are edited to. */
  readonly longest: Milliseconds;
  readonly shortest: Milliseconds;
  readonly latency: Milliseconds;
  readonly listLag: Milliseconds;

  /** Troubles come between these two, from the world's start; then it is calm. */
  readonly troubleFrom: Milliseconds;
  readonly troubleUntil: Milliseconds;
  readonly longestCalm: Milliseconds;

  /** No rule looks back further. */
  readonly memory: Milliseconds;
}

export const clusters = ["cluster-1", "cluster-2"] as const;

export function planWorld(seed: number, on: ReadonlySet<Switch>): WorldPlan {
  const draw = new Draw(seed, "world");
  const shortest = draw.pick(intervals);
  const count = draw.pick([1, 1, 2, 2, 3]);
  const disks: PlannedDisk[] = [];
  for (let index = 0; index < count; index++) disks.push(drawDisk(draw, `disk-${index + 1}`, clusters[0], shortest));
  const other = drawDisk(new Draw(seed, "other cluster"), "disk-9", clusters[1], shortest);
  if (on.has("two-clusters")) disks.push(other);
  const greedy = new Draw(seed, "tenants");
  if (on.has("tenants")) {
    for (let index = 0; index < 2; index++) {
      const disk = drawDisk(greedy, `greedy-${index}`, clusters[0], shortest);
      disks.push({ ...disk, schedule: "PT1S PT10S", interval: shortest, namespace: "greedy" });
    }
  }
  const longest = 2 * shortest;
  const grace = on.has("no-grace") ? 0 : draw.integer(3, 6) * longest;
  return {
    seed,
    on,
    disks,
    policy: {
      scheduleChangeGrace: grace,
      deletionBudgetWindow: 2 * longest,
      stuckAfter: 3 * longest,
      minInterval: on.has("tenants") ? shortest : MINUTE,
    },
    longest,
    shortest,
    latency: draw.pick([0, 20, 200, 2_000]),
    listLag: on.has("list-lag") ? Math.round(draw.between(0.05, 0.5) * Math.min(shortest, HOUR)) : 0,
    troubleFrom: 3 * shortest,
    troubleUntil: 3 * shortest + draw.integer(8, 16) * longest,
    longestCalm: 2 * grace + 80 * longest + (isSlowToEnd(on) ? 26 : 3) * HOUR,
    memory: 2 * grace + 10 * longest + 3 * HOUR,
  };
}

/** Refusals are tried again after a day; a large surplus goes by a share an hour. */
function isSlowToEnd(on: ReadonlySet<Switch>): boolean {
  return on.has("forbidden") || on.has("undeletable") || on.has("large-history") || on.has("recycle-bin");
}

function drawDisk(draw: Draw, id: string, cluster: string, shortest: Milliseconds): PlannedDisk {
  const interval = shortest * draw.pick([1, 1, 1, 2]);
  const schedule = drawSchedule(draw, interval);
  const namespace = draw.chance(0.5) ? `team-${draw.integer(1, 2)}` : undefined;
  return { disk: { location: "home", id }, cluster, schedule, interval, namespace, hasHistory: draw.chance(0.8) };
}
