import { createMemoryBackend, type MemoryStorage } from "@k8s-snapshots/backend-api/memory";
import { Scheduler } from "../../../src/scheduler.ts";
import { HOUR, type Instant, type Milliseconds } from "../../../src/state/time.ts";
import { VirtualClock } from "../../../src/testing/index.ts";
import type { Watcher } from "../invariants/watcher.ts";
import type { SwarmWorld } from "../world/swarm-world.ts";
import { clusters, type PlannedDisk } from "../world/world-plan.ts";
import { type Calm, isPossible } from "./reach-calm.ts";

/** What a disk has of what it had at the beginning, by date, and how many came since. */
interface Outcome {
  readonly kept: readonly string[];
  readonly made: number;
}

/**
 * Acto's oracle: what the running processes do within the next intervals is what a fresh start on the last rules does, on
 * a copy of the storage. So nothing that a process remembers decides for good.
 */
export async function checkEnd(world: SwarmWorld, watcher: Watcher, calm: Calm): Promise<void> {
  // What was refused before is tried last, and stops the rest for a round: that a fresh start has to find out.
  if (!calm.isReached || world.faults.undeletable.size > 0) return;
  const horizon: Milliseconds = Math.max(2.5 * world.plan.longest, 2 * HOUR);
  for (let tries = 0; tries < 30 && isMaking(world); tries++) {
    await world.clock.runUntil(world.clock.now() + Math.round(world.plan.shortest / 100));
  }
  const copy = await freshWorld(world);
  const from = world.clock.now();
  let differences: readonly string[] = [];
  for (const until of [from + horizon, from + horizon + world.plan.shortest / 2]) {
    // Where one of them is about to expire something and the other just did, half an interval later they agree.
    await world.clock.runUntil(until);
    await copy.clock.runUntil(until);
    differences = differencesFrom(world, copy.storage, from);
    if (differences.length === 0) return;
  }
  for (const difference of differences) watcher.note("oracle: a fresh start reaches the same", difference);
}

function differencesFrom(world: SwarmWorld, fresh: MemoryStorage, from: Instant): readonly string[] {
  const found: string[] = [];
  for (const planned of world.plan.disks) {
    const { disk, cluster } = planned;
    if (world.rules.find(cluster, disk.id)?.deltas === undefined || !isPossible(world, planned)) continue;
    const is = outcomeOf([...world.witness.there(disk.id)], from);
    const other = outcomeOf(
      [...fresh.snapshots("home")].filter(({ diskId }) => diskId === disk.id),
      from,
    );
    const difference = differenceOf(is, other, planned, world.plan.on.has("account-limit"));
    if (difference !== undefined) found.push(difference);
  }
  return found;
}

/** Whether a snapshot is being made: the copy would not know when it is ready. */
function isMaking(world: SwarmWorld): boolean {
  const { plan, clock } = world;
  for (const { state, createdAt } of world.storage.snapshots("home")) {
    if (state === "pending" && clock.now() - createdAt.getTime() < plan.shortest / 10) return true;
  }
  return false;
}

async function freshWorld(world: SwarmWorld) {
  const clock = new VirtualClock(world.clock.now());
  const { backend, storage } = createMemoryBackend({
    ...world.faults.options(),
    now: () => new Date(clock.now()),
    delay: (milliseconds) => clock.sleep(milliseconds),
    latencyMs: world.plan.latency,
    faults: () => undefined,
  });
  storage.addLocation("home");
  for (const { disk } of world.plan.disks) storage.addDisk(disk);
  for (const { diskId, createdAt, labels, state, id } of world.storage.snapshots("home")) {
    const copied = storage.addSnapshot({ disk: { location: "home", id: diskId }, createdAt, labels, state });
    if (world.faults.isUndeletable(id)) storage.setLocked(copied, true);
  }
  for (const cluster of clusters) {
    const rules = world.rules.of(cluster);
    if (rules.length === 0) continue;
    const scheduler = new Scheduler({
      backends: new Map([[backend.name, backend]]),
      cluster,
      clock: {
        monotonic: () => clock.monotonic(),
        wall: () => clock.wall(),
        after: (ms, call) => clock.after(ms, call),
      },
      instance: "fresh000",
      policy: world.plan.policy,
    });
    scheduler.setRules(rules);
    void scheduler.run(new AbortController().signal);
  }
  return { clock, storage };
}

function outcomeOf(rows: readonly { readonly createdAt: Date; readonly state: string }[], from: number): Outcome {
  const usable = rows
    .filter(({ state }) => state === "ready" || state === "pending")
    .map(({ createdAt }) => createdAt.getTime());
  const kept = usable.filter((time) => time <= from).sort((a, b) => a - b);
  return { kept: kept.map((time) => new Date(time).toISOString()), made: usable.length - kept.length };
}

function differenceOf(
  is: Outcome,
  fresh: Outcome,
  { disk, schedule }: PlannedDisk,
  isContended: boolean,
): string | undefined {
  const more = is.kept.filter((date) => !fresh.kept.includes(date));
  const fewer = fresh.kept.filter((date) => !is.kept.includes(date));
  // Whatever became due or expired within the last moments may be done by one and not yet by the other.
  if (more.length + fewer.length <= 1 && Math.abs(is.made - fresh.made) <= (isContended ? 3 : 1)) return undefined;
  return `${disk.id} (${schedule}): ${is.made} and ${fresh.made} made; only the running one has ${more.join(", ") || "none"}, only the fresh one ${fewer.join(", ") || "none"}`;
}
