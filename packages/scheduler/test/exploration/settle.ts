import { CLUSTER_LABEL, MARKS_LABEL } from "@k8s-snapshots/backend-api";
import { averageMilliseconds, type Deltas } from "@k8s-snapshots/retention";
import type { Plan } from "../../src/planner/disk-plan.ts";
import { HOUR, type Instant } from "../../src/state/time.ts";
import { homeCluster, homeDisk, ruleOf } from "../../src/testing/index.ts";
import { moves, planOf } from "./moves.ts";
import { isCopy, isOurs } from "./ownership.ts";
import { applyFact, isHeld, type Setup, STEP, type Stored, type World } from "./world.ts";

/** How long a calm life lasts: any grace, backoff or pending one is over by then. */
const CALM = 60 * HOUR;

/**
 * Liveness: from any world, if from now on everything works and somebody writes a valid rule, a snapshot is taken within an
 * interval and a step again and again, and what has expired goes; whether what is pending now gets ready or never does. A
 * sentence where it does not.
 */
export function settles(from: Setup, start: World): string | undefined {
  const setup: Setup = { ...from, horizon: Number.POSITIVE_INFINITY, mostStored: Number.POSITIVE_INFINITY };
  const calm = calmed(setup, start);
  const fault = faultInCalm(setup, calm);
  if (fault !== undefined || calm.stored.every(isOver)) return fault;
  const stored = calm.stored.map((one) => (isOver(one) ? one : { ...one, state: "ready" as const }));
  return faultInCalm(setup, { ...calm, stored });
}

function faultInCalm(setup: Setup, start: World): string | undefined {
  let world = start;
  const { deltas } = world.rule as { deltas: Deltas };
  const latest = latestAge(setup, world, deltas);
  const half = start.now + CALM / 2;
  while (world.now < start.now + CALM) {
    world = doAll(setup, step(setup, world, "list"));
    world = doAll(setup, step(setup, world, "list"));
    const newest = newestOf(world);
    if (world.now > half && world.now - newest > latest + STEP) {
      return `${(world.now - start.now) / HOUR} h into the calm the newest is ${(world.now - newest) / HOUR} h old`;
    }
    world = step(setup, world, "pass");
  }
  const newest = newestOf(world);
  const own = world.stored.filter((one) => isGoing(one, world) && one.createdAt < newest);
  const most = 11;
  if (own.length > most) return `${own.length} are held after ${CALM / HOUR} h of calm`;
  const old = own.find(({ state, createdAt }) => state === "failed" || createdAt < start.now);
  return old && `after ${CALM / HOUR} h of calm ${old.id} is still there`;
}

function newestOf({ stored, now }: World): Instant {
  const ready = stored.filter((one) => one.state === "ready" && one.createdAt <= now && isOwn(one));
  return Math.max(...ready.map(({ createdAt }) => createdAt));
}

/** Sooner or later it goes. */
function isGoing(one: Stored, { now, stored }: World): boolean {
  const isDouble = stored.some((other) => other.id !== one.id && other.labels[MARKS_LABEL] === one.labels[MARKS_LABEL]);
  return isOver(one) && one.createdAt <= now && !isHeld(one) && isOwn(one) && !isCopy(one) && !isDouble;
}

/** An interval; at a full limit the finest are given up, so as long as it takes until a coarser one may go. */
function latestAge(
  { maxSnapshotsPerDisk: most = Number.POSITIVE_INFINITY, accountLimit = most }: Setup,
  { stored }: World,
  deltas: Deltas,
): number {
  const fixed = stored.filter((one) => isHeld(one) || !isOwn(one) || !isOver(one)).length;
  const possible = Math.min(most, accountLimit) - fixed;
  if (possible <= 1) return Number.POSITIVE_INFINITY;
  const isEnough = possible === Number.POSITIVE_INFINITY || (possible > 2 && deltas.generations.length === 1);
  return averageMilliseconds(isEnough ? deltas.interval : (deltas.durations.at(-1) as Deltas["interval"]));
}

/** Neither pending nor unknown. */
function isOver({ state }: Stored): boolean {
  return state === "ready" || state === "failed";
}

function isOwn({ labels }: Stored): boolean {
  return labels[CLUSTER_LABEL] === homeCluster && isOurs({ labels });
}

function calmed(setup: Setup, world: World): World {
  const { lapsedAt, ...location } = world.location;
  const calm: World = { ...world, location, wallError: 0, rulesAge: 0, listing: undefined };
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
