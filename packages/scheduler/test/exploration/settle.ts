import { averageMilliseconds, type Deltas } from "@k8s-snapshots/retention";
import type { Plan } from "../../src/planner/disk-plan.ts";
import { HOUR } from "../../src/state/time.ts";
import { homeDisk, ruleOf } from "../../src/testing/index.ts";
import { moves, planOf } from "./moves.ts";
import { applyFact, isHeld, type Setup, STEP, type World } from "./world.ts";

/** How long a calm life lasts: any grace, backoff or pending one is over by then. */
const CALM = 60 * HOUR;

/**
 * Liveness: from any world, if from now on everything works and somebody writes a valid rule, a snapshot is taken within an
 * interval and a step again and again, and what has expired goes. A sentence where it does not.
 */
export function settles(from: Setup, start: World): string | undefined {
  const setup: Setup = { ...from, horizon: Number.POSITIVE_INFINITY, mostStored: Number.POSITIVE_INFINITY };
  let world = calmed(setup, start);
  const { deltas } = world.rule as { deltas: Deltas };
  const latest = latestAge(setup, world, deltas);
  const half = start.now + CALM / 2;
  while (world.now < start.now + CALM) {
    world = doAll(setup, step(setup, world, "list"));
    world = doAll(setup, step(setup, world, "list"));
    const newest = Math.max(
      ...world.stored
        .filter(({ state, createdAt }) => state === "ready" && createdAt <= world.now)
        .map(({ createdAt }) => createdAt),
    );
    if (world.now > half && world.now - newest > latest + STEP) {
      return `${(world.now - start.now) / HOUR} h into the calm the newest is ${(world.now - newest) / HOUR} h old`;
    }
    world = step(setup, world, "pass");
  }
  const own = world.stored.filter((one) => one.state !== "failed" && !isHeld(one) && isOwn(one.labels));
  const most = 12;
  return own.length > most ? `${own.length} are held after ${CALM / HOUR} h of calm` : undefined;
}

/** An interval; at a full limit the finest are given up, so as long as it takes until a coarser one may go. */
function latestAge({ maxSnapshotsPerDisk }: Setup, { stored }: World, deltas: Deltas): number {
  if (maxSnapshotsPerDisk === undefined) return averageMilliseconds(deltas.interval);
  const fixed = stored.filter((one) => isHeld(one) || !isOwn(one.labels)).length;
  if (fixed >= maxSnapshotsPerDisk - 1) return Number.POSITIVE_INFINITY;
  return averageMilliseconds(deltas.durations.at(-1) as Deltas["interval"]);
}

function isOwn(labels: Readonly<Record<string, string>>): boolean {
  return labels["k8s-snapshots/cluster"] === "cluster-1" && labels["velero.io/backup"] === undefined;
}

function calmed(setup: Setup, world: World): World {
  const stored = world.stored.map((one) =>
    one.state === "pending" || one.state === "unknown" ? { ...one, state: "ready" as const } : one,
  );
  const calm: World = { ...world, stored, wallError: 0, listing: undefined };
  const isValid = world.rule?.deltas !== undefined && world.rule.deletionsSuspended === undefined;
  if (isValid) return calm;
  const rule = ruleOf(setup.schedules[0] as string, { disk: homeDisk });
  return applyFact(setup, { ...calm, rule }, { type: "rule.changed", rule });
}

function doAll(setup: Setup, world: World): World {
  let now = world;
  for (let count = 0; count < 20; count++) {
    const plan = planOf(setup, now);
    const name = nextDeed(now, plan);
    if (name === undefined) return now;
    now = moves[name]?.(setup, now, plan) ?? now;
  }
  return now;
}

function nextDeed({ state }: World, { creation, deletions }: Plan): string | undefined {
  if (state.creation?.isUnderWay) return "answer comes";
  if (creation !== undefined) return "create ready";
  return deletions.length > 0 ? "delete" : undefined;
}

function step(setup: Setup, world: World, name: string): World {
  const moved = moves[name]?.(setup, world, planOf(setup, world)) ?? world;
  return { ...moved, deeds: [] };
}
