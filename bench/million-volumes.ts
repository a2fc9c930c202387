/**
 * How late snapshots are where there are very many volumes: 1,000,000 of them, hourly, over 370 locations of very different sizes
 * and 20 replicas, in virtual time, with EC2's limits (5 creations a second in each location). After an hour and a half a
 * replica is killed, and others take its locations over. The scheduler, its share-out and its gate are the shipped ones; the
 * storage systems are in memory. A quarter of an hour of CPU; `--volumes 100000` for less.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createMemoryBackend } from "@k8s-snapshots/backend-api/memory";
import { parseDeltas } from "@k8s-snapshots/retention";
import {
  assignLocations,
  type LocationOwnership,
  type Rule,
  Scheduler,
  type SchedulerEvent,
  type Tenant,
} from "@k8s-snapshots/scheduler";
import { homeCluster, seededRandom, VirtualClock } from "@k8s-snapshots/scheduler/testing";

const { values } = parseArgs({
  options: {
    volumes: { type: "string", default: "1000000" },
    locations: { type: "string", default: "370" },
    replicas: { type: "string", default: "20" },
    json: { type: "string" },
  },
});
const wanted = {
  volumes: Number(values.volumes),
  locations: Number(values.locations),
  replicas: Number(values.replicas),
};

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const KILLED_AT = 1.5 * HOUR;
const ENDS_AT = 4 * HOUR;
/** A member's Lease ends so long after a kill; a list has to be read after that. */
const TAKE_OVER = 17 * SECOND;
/** What EC2 allows an account to make in a location in an hour, less a tenth. */
const LARGEST = 0.9 * 5 * 3_600;

const sizes = sizesOf(wanted.volumes, wanted.locations);
const members = Array.from({ length: wanted.replicas }, (_, index) => `replica-${index}`);
const assigned = assignLocations(
  members,
  sizes.map((load, index) => ({ key: `${index}`, load, holder: undefined, candidates: members })),
);
const held = members.map((member) =>
  sizes.reduce((sum, size, at) => sum + (assigned.get(`${at}`) === member ? size : 0), 0),
);
const killed = members[0] as string;

const lateness = { undisturbed: [] as number[], takenOver: [] as number[], first: [] as number[] };
const counts = { creations: 0, deletions: 0, lists: 0, doubles: 0 };
const begun = process.cpuUsage();
for (const [index, size] of sizes.entries()) await serve(index, size, assigned.get(`${index}`) === killed);
const { user, system } = process.cpuUsage(begun);

const figures = {
  volumes: sizes.reduce((sum, size) => sum + size, 0),
  locations: sizes.length,
  largestLocation: Math.max(...sizes),
  replicas: members.length,
  volumesOfAReplica: { least: Math.min(...held), most: Math.max(...held) },
  ...counts,
  callsPerCreation: (counts.creations + counts.deletions + counts.lists) / counts.creations,
  latenessSeconds: {
    firstSnapshots: quantiles(lateness.first),
    undisturbed: quantiles(lateness.undisturbed),
    takenOver: quantiles(lateness.takenOver),
  },
  cpuSeconds: Math.round((user + system) / 1e6),
};
process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(figures));
if (counts.doubles > 0) process.exitCode = 1;

/** Four hours of one location. */
async function serve(index: number, size: number, isTakenOver: boolean): Promise<void> {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const location = `location-${index}`;
  const began = clock.now();
  const { backend, storage } = createMemoryBackend({
    now: () => new Date(clock.now()),
    delay: (milliseconds) => clock.sleep(milliseconds),
    latencyMs: 200,
    idempotency: "label",
    capabilities: { listLagMs: 5_000, callsPerSecond: { create: 5, delete: 5, list: 20 } },
  });
  const deltas = parseDeltas("PT1H PT3H");
  const rules = Array.from({ length: size }, (_, disk): Rule => {
    const id = `${location}-disk-${disk}`;
    storage.addDisk({ location, id });
    return { id, name: id, namespace: `team-${disk % 50}`, backend: backend.name, disk: { location, id }, deltas };
  });
  const last = new Map<string, number>();
  const onEvent = (event: SchedulerEvent): void => {
    if (event.type === "call.ended" && event.kind === "list") counts.lists++;
    if (event.type === "snapshot.expired") counts.deletions++;
    if (event.type !== "snapshot.accepted") return;
    counts.creations++;
    const { id } = event.disk;
    const before = last.get(id);
    last.set(id, clock.now());
    if (before === undefined) lateness.first.push(clock.now() - began);
    else {
      if (clock.now() - before < HOUR / 2 - SECOND) counts.doubles++;
      (isTakenOver ? lateness.takenOver : lateness.undisturbed).push(event.lateness);
    }
  };
  const processOf = (instance: string): { readonly tenant: () => Tenant } => {
    let tenant: Tenant | undefined;
    const ownership: LocationOwnership = {
      acquire(_, asking) {
        tenant = asking;
        return { isHeld: () => true, release: () => {} };
      },
    };
    const scheduler = new Scheduler({
      ...{ backends: new Map([[backend.name, backend]]), cluster: homeCluster, clock, instance, ownership, onEvent },
      policy: { scheduleSpread: 0.5 },
    });
    scheduler.setRules(rules);
    void scheduler.run(new AbortController().signal);
    return { tenant: () => tenant as Tenant };
  };
  const first = processOf("replica0");
  void first.tenant().onTenure("owner");
  if (isTakenOver) {
    await clock.runUntil(began + KILLED_AT);
    void first.tenant().onTenure("none");
    const second = processOf("replica1");
    await clock.runUntil(began + KILLED_AT + TAKE_OVER);
    void second.tenant().onTenure("owner");
  }
  await clock.runUntil(began + ENDS_AT);
}

/** A few large locations and many small ones, as accounts are. */
function sizesOf(volumes: number, locations: number): number[] {
  const random = seededRandom(1);
  const weights = Array.from({ length: locations }, () => Math.exp(1.2 * (random() + random() + random() - 1.5) * 2));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => Math.max(1, Math.min(LARGEST, Math.round((volumes * weight) / sum))));
}

function quantiles(milliseconds: readonly number[]): Readonly<Record<string, number>> {
  const sorted = Float64Array.from(milliseconds).sort();
  const at = (share: number): number => Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) / 100) / 10;
  return { median: at(0.5), p99: at(0.99), p999: at(0.999), most: at(1) };
}
