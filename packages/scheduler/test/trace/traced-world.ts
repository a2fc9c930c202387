import { BackendError, type Disk, HOLD_LABEL } from "@k8s-snapshots/backend-api";
import type { MemoryCall, MemoryFault } from "@k8s-snapshots/backend-api/memory";
import type { LocationOwnership, Rule, Tenant, Tenure } from "../../src/index.ts";
import { addHistory, ruleOf, SchedulerWorld, seededRandom } from "../../src/testing/index.ts";
import { parseTraceLine, Replay, type ReplayStep, type TraceLine, TraceRecorder } from "../../src/trace/index.ts";

const MINUTE = 60_000;
const schedules = ["PT1H P1D", "PT10M PT1H P1D", "PT30M PT2H PT12H"];

/** What a traced run left. */
export interface TracedRun {
  /** Each with its end. */
  readonly lines: readonly string[];
  readonly world: SchedulerWorld;

  /** The last scheduler, which still works. */
  readonly inspect: Awaited<ReturnType<SchedulerWorld["start"]>>["scheduler"]["inspect"];
  readonly disks: readonly Disk[];
}

/** Begins another file, or leaves out an event, now and then. Default: neither. */
export interface Interruptions {
  readonly restartEvery?: number;
  readonly dropEvery?: number;
}

/** Some days of a world in which about everything goes wrong that can, the same for the same seed. */
export async function traceHostileWorld(seed: number, interruptions: Interruptions = {}): Promise<TracedRun> {
  const random = seededRandom(seed);
  const one = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const isNow = (chance: number): boolean => random() < chance;
  const duration = one([0, 5 * MINUTE, 90 * MINUTE]);
  const world = new SchedulerWorld({
    snapshotDuration: () => duration,
    sendsDate: isNow(0.7),
    idempotency: one(["token", "label"]),
    capabilities: { listLagMs: one([0, 30_000]), ...(isNow(0.5) && { maxSnapshotsPerDisk: 25 }) },
  });
  const rate = one([0, 0.05, 0.3]);
  world.fault = (call) => (isNow(rate) ? faultOf(call, random) : undefined);

  const disks = Array.from(
    { length: 4 },
    (_, index): Disk => ({ location: one(["home", "away"]), id: `disk-${index}` }),
  );
  const ruleFor = (disk: Disk): Rule =>
    ruleOf(one(schedules), {
      disk,
      deletionPolicy: one(["retain", "expire"]),
      ...(isNow(0.5) && { namespace: "default" }),
    });
  for (const disk of disks) {
    if (isNow(0.5))
      addHistory(world.storage, { disk, schedule: one(schedules), count: 20, newest: world.clock.now() - 1 });
  }
  let rules = disks.map(ruleFor);

  const lines: string[] = [];
  let recorder = new TraceRecorder("0.0.0");
  let events = 0;
  const ownership = ownershipInTurns();
  const start = async (): ReturnType<SchedulerWorld["start"]> => {
    recorder = new TraceRecorder("0.0.0");
    return world.start(rules, {
      ownership,
      policy: { scheduleChangeGrace: one([0, 6 * 60 * MINUTE]), maxSnapshotsPerNamespace: 40 },
      onTrace: (event) => {
        events++;
        const { restartEvery, dropEvery } = interruptions;
        if (restartEvery !== undefined && events % restartEvery === 0) {
          const header = recorder.restart({ monotonic: world.clock.monotonic(), wall: world.clock.wall() });
          if (header !== "") lines.push(header);
        }
        const isDropped = dropEvery !== undefined && events % dropEvery === 0 && event.type !== "process.started";
        if (isDropped) lines.push(recorder.drop(1));
        else lines.push(...recorder.record(event).split(/(?<=\n)/));
      },
    });
  };
  let running = await start();
  for (let step = 0; step < 120; step++) {
    await world.advance(random() * 60 * MINUTE);
    if (isNow(0.05)) {
      running.stop.abort();
      if (isNow(0.5)) running.abort.abort();
      await world.advance(20 * MINUTE);
      running = await start();
    }
    if (isNow(0.1)) {
      const passing = ruleFor({ location: one(disks).location, id: "disk-of-an-instant" });
      running.scheduler.setRules([...rules, passing]);
      rules = disks.filter(() => isNow(0.9)).map(ruleFor);
      running.scheduler.setRules(rules, new Set(isNow(0.3) ? ["pv-disk-1"] : []));
    }
    if (isNow(0.05)) ownership.turn();
    if (isNow(0.05)) world.clock.wallError = one([0, 0, 20 * MINUTE, -20 * MINUTE]);
    if (isNow(0.2)) meddle(world, one(disks), random);
  }
  return { lines, world, inspect: (...about) => running.scheduler.inspect(...about), disks };
}

/** Replays lines, and gathers what the core does not take. */
export function replayLines(lines: readonly string[]): {
  readonly replay: Replay;
  readonly unexplained: readonly ReplayStep[];
} {
  const replay = new Replay();
  const unexplained: ReplayStep[] = [];
  for (const line of lines) {
    const step = replay.take(parseTraceLine(line));
    if (step?.action?.objection !== undefined) unexplained.push(step);
  }
  return { replay, unexplained };
}

export function parsed(lines: readonly string[]): TraceLine[] {
  return lines.map(parseTraceLine);
}

function faultOf(call: MemoryCall, random: () => number): MemoryFault {
  const kinds: MemoryFault[] = [
    { loseAnswer: true },
    { before: new BackendError("throttled", "slow down", { retryAfterMs: 1_000, scope: "location" }) },
    { before: new BackendError("unavailable", "down") },
    { before: new BackendError("forbidden", "not you") },
    ...(call.operation === "deleteSnapshot" ? [{ before: new BackendError("in-use", "an image uses it") }] : []),
    ...(call.operation === "createSnapshot" ? [{ failSnapshot: true }, { pendingMs: Number.POSITIVE_INFINITY }] : []),
    ...(call.operation === "listSnapshots" ? [{ failAfterPages: 1 }] : []),
  ];
  return kinds[Math.floor(random() * kinds.length)] as MemoryFault;
}

/** What people do with a vendor's console. */
function meddle(world: SchedulerWorld, disk: Disk, random: () => number): void {
  const snapshots = world.snapshots(disk);
  const snapshot = snapshots[Math.floor(random() * snapshots.length)];
  if (snapshot === undefined) return;
  const reference = { id: snapshot.id, location: disk.location };
  if (random() < 0.3) world.storage.setLabels(reference, { ...snapshot.labels, [HOLD_LABEL]: "true" });
  else if (random() < 0.5) world.storage.setState(reference, "unknown");
  else world.storage.setInUse(reference, true);
}

/** All locations are ours; then that lapses, and then none is. */
function ownershipInTurns(): LocationOwnership & { turn(): void } {
  const tenants = new Set<Tenant>();
  const next: Readonly<Record<Tenure, Tenure>> = { owner: "lapsed", lapsed: "none", none: "owner" };
  let tenure: Tenure = "owner";
  return {
    acquire(_, tenant) {
      tenants.add(tenant);
      void tenant.onTenure(tenure);
      return { isHeld: () => tenure === "owner", release: () => void tenants.delete(tenant) };
    },
    turn() {
      tenure = next[tenure];
      for (const tenant of tenants) void tenant.onTenure(tenure);
    },
  };
}
