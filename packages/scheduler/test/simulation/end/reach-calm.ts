import { SCHEDULE_LABEL, type Snapshot } from "@k8s-snapshots/backend-api";
import { averageMilliseconds, parseDeltas } from "@k8s-snapshots/retention";
import { HOUR, MINUTE, type Milliseconds } from "../../../src/state/time.ts";
import { newestMade } from "../invariants/creations.ts";
import { isHeld, standsBesideOthers } from "../invariants/deletion-context.ts";
import { idsKept, sameSchedule } from "../invariants/in-force.ts";
import { checkReadiness } from "../invariants/readiness.ts";
import type { Watcher } from "../invariants/watcher.ts";
import { mostOfSchedule } from "../world/schedules.ts";
import type { SwarmWorld } from "../world/swarm-world.ts";
import { clusters, type PlannedDisk } from "../world/world-plan.ts";

/** The least of rule 4's shares: one more than a schedule's generations. */
const FEWEST_AT_ONCE = 2;

/** What was seen while the world calmed down. */
export interface Calm {
  /** Every disk has a young snapshot, and nothing that has expired. */
  readonly isReached: boolean;
  readonly took: Milliseconds;
  readonly lateness: number;
}

/** Lets the world go, with all troubles over, until nothing is left to do, or for as long as the plan allows. */
export async function reachCalm(world: SwarmWorld, watcher: Watcher): Promise<Calm> {
  const { plan, clock } = world;
  await settleProcesses(world);
  const from = clock.now();
  const patience = longestWait(world);
  let lateness = 0;
  let calmFor = 0;
  let unsettled: readonly string[] = [];
  while (clock.now() - from < plan.longestCalm + 2 * patience) {
    await clock.runUntil(clock.now() + plan.shortest / 2);
    checkReadiness(world, watcher);
    const passed = clock.now() - from;
    const late = plan.disks.filter((planned) => !isYoung(world, planned));
    if (passed > patience) {
      for (const planned of late)
        watcher.note("liveness: what is due is made", `${planned.disk.id}: ${ageOf(world, planned)} intervals old`);
      for (const planned of plan.disks.filter((one) => isYoung(world, one) && isPossible(world, one)))
        lateness = Math.max(lateness, ageOf(world, planned) - 1);
    }
    unsettled = [
      ...late.map(({ disk }) => `${disk.id} is late`),
      ...plan.disks.flatMap((planned) => leftovers(world, planned)),
    ];
    calmFor = unsettled.length === 0 ? calmFor + 1 : 0;
    if (calmFor >= 3 && passed > patience) return { isReached: true, took: passed, lateness };
  }
  watcher.note("liveness: what has expired goes in the end", unsettled.join("; "));
  return { isReached: false, took: clock.now() - from, lateness };
}

/** One process for each cluster, with a right clock. */
async function settleProcesses(world: SwarmWorld): Promise<void> {
  for (const cluster of clusters) {
    if (!world.plan.disks.some((planned) => planned.cluster === cluster)) continue;
    const [first, ...others] = world.running(cluster);
    for (const other of others) other.stop();
    if (first === undefined) world.startProcess(cluster);
    else first.clock.wallError = 0;
  }
}

/** How long the troubles may still be felt: backoffs, what is stuck, clocks. */
function longestWait(world: SwarmWorld): Milliseconds {
  const { plan, backend } = world;
  const lag = backend.capabilities.listLagMs ?? 0;
  const isClockWrong = plan.on.has("clock-steps") || plan.on.has("clock-wrong");
  return (
    4 * plan.longest + HOUR + 3 * lag + stuckFor(world) + makingRoomFor(world) + (isClockWrong ? 10 * plan.longest : 0)
  );
}

/** Twice as long for each that is stuck already. */
function stuckFor({ plan, storage }: SwarmWorld): Milliseconds {
  const counts = new Map<string, number>();
  for (const { diskId, state } of storage.snapshots("home")) {
    if (state === "pending" || state === "unknown") counts.set(diskId, (counts.get(diskId) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  return most === 0 ? 0 : (plan.policy.stuckAfter ?? 0) * Math.min(2 ** most, 8);
}

/**
 * How long it takes until what stands above a limit is gone: of a limit that is known a share goes in an interval, of one
 * that is only reported one (rule 12).
 */
function makingRoomFor({ plan, backend, witness, storage, faults }: SwarmWorld): Milliseconds {
  const limit = backend.capabilities.maxSnapshotsPerDisk ?? Number.POSITIVE_INFINITY;
  const over = Math.max(0, ...plan.disks.map(({ disk }) => witness.there(disk.id).length + 1 - limit));
  const overAccount = Math.max(0, [...storage.snapshots("home")].length + 1 - faults.accountLimit);
  return (Math.ceil(over / FEWEST_AT_ONCE) + overAccount) * plan.longest;
}

function intervalOf(world: SwarmWorld, { disk, cluster }: PlannedDisk): Milliseconds | undefined {
  const deltas = world.rules.find(cluster, disk.id)?.deltas;
  return deltas && Math.max(averageMilliseconds(deltas.interval), world.plan.policy.minInterval ?? MINUTE);
}

/** The age of the newest usable one, in intervals. */
function ageOf(world: SwarmWorld, planned: PlannedDisk): number {
  const interval = intervalOf(world, planned);
  if (interval === undefined) return 0;
  return (world.clock.now() - newestMade(world, planned.disk.id, planned.cluster)) / interval;
}

function isYoung(world: SwarmWorld, planned: PlannedDisk): boolean {
  const interval = intervalOf(world, planned);
  if (interval === undefined || !isPossible(world, planned)) return true;
  const rates = world.plan.on.has("call-rates") ? world.plan.disks.length * world.plan.shortest : 0;
  // At a full limit the interval before a change goes on for the time of the grace (rule 12).
  const isLimited = world.plan.on.has("disk-limit") || world.plan.on.has("account-limit");
  const before = isLimited ? world.plan.longest - interval : 0;
  const slack =
    before + 0.15 * interval + MINUTE + 2 * world.plan.latency + rates + (world.backend.capabilities.listLagMs ?? 0);
  return (ageOf(world, planned) - 1) * interval <= slack;
}

/**
 * Whether a limit leaves room for all that the schedule needs: what nobody may delete fills it too. Where it does not,
 * rule 12 gives up no more than the finest generation.
 */
export function isPossible(world: SwarmWorld, { disk, cluster }: PlannedDisk): boolean {
  const { on } = world.plan;
  const all = [...world.storage.snapshots("home")];
  if (on.has("pending-limit") && all.filter(({ state }) => state === "pending").length >= 2) return false;
  const deltas = world.rules.find(cluster, disk.id)?.deltas;
  if (deltas === undefined) return true;
  const needed = mostOfSchedule(deltas.text);
  const there = world.witness.there(disk.id);
  const isShared = standsBesideOthers(there, cluster);
  const stays = there.filter((snapshot) => {
    const isUnclaimed = isShared && world.witness.all.get(snapshot.id)?.origin === "old";
    return isUnclaimed || !isRemovable(world, snapshot) || !world.witness.isOurs(snapshot.id, cluster);
  }).length;
  // What other disks hold is not this disk's to give.
  const elsewhere = all.length - there.length;
  const limit = world.backend.capabilities.maxSnapshotsPerDisk ?? Number.POSITIVE_INFINITY;
  return stays + needed <= Math.min(limit, world.faults.accountLimit - elsewhere);
}

function isRemovable(world: SwarmWorld, snapshot: Snapshot): boolean {
  const isOfSomeone = clusters.some((cluster) => world.witness.isOurs(snapshot.id, cluster));
  return isOfSomeone && mayGo(world, snapshot) && snapshot.state === "ready";
}

/** What should be gone and is not. */
function leftovers(world: SwarmWorld, planned: PlannedDisk): readonly string[] {
  const { disk, cluster } = planned;
  const deltas = world.rules.find(cluster, disk.id)?.deltas;
  if (deltas === undefined || !isPossible(world, planned)) return [];
  const isShared = standsBesideOthers(world.witness.there(disk.id), cluster);
  const there = world.witness
    .ours(disk.id, cluster)
    .filter(({ id }) => !isShared || world.witness.all.get(id)?.origin !== "old")
    .filter(({ createdAt }) => createdAt.getTime() <= world.clock.now() + 5 * MINUTE);
  const ready = there.filter(({ state }) => state === "ready");
  const kept = new Set(idsKept(deltas, ready));
  const left = ready.filter((snapshot) => !kept.has(snapshot.id) && mayGo(world, snapshot));
  const failed = there.filter((snapshot) => snapshot.state === "failed" && mayGo(world, snapshot));
  return [
    ...(left.length > 1
      ? [`${disk.id} has ${left.length} too many of ${ready.length} (${describe(left, deltas.text)})`]
      : []),
    ...(failed.length > 1 ? [`${disk.id} has ${failed.length} failed ones`] : []),
  ];
}

function mayGo(world: SwarmWorld, snapshot: Snapshot): boolean {
  return !isHeld(snapshot) && !world.faults.isUndeletable(snapshot.id);
}

function describe(left: readonly Snapshot[], schedule: string): string {
  const others = left.filter(({ labels }) => !sameSchedule(labels[SCHEDULE_LABEL], schedule)).length;
  return `${others} of another schedule than ${parseDeltas(schedule).text}`;
}
