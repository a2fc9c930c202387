import { type Disk, type Labels, MARKS_LABEL } from "@k8s-snapshots/backend-api";
import { createMemoryBackend } from "@k8s-snapshots/backend-api/memory";
import { parseDeltas } from "@k8s-snapshots/retention";
import { defaultPolicy, type Rule, Scheduler } from "@k8s-snapshots/scheduler";
import {
  type DiskState,
  type LocationState,
  locationListed,
  newDiskState,
  type Present,
  plan,
  reduce,
  startClock,
} from "@k8s-snapshots/scheduler/planner";
import { labelsOfRequest, ruleOf, VirtualClock } from "@k8s-snapshots/scheduler/testing";

/**
 * The scheduler's core at size: what a round costs, what nothing costs, what a creation costs as disks grow in number, and
 * what a snapshot occupies. Start with --expose-gc.
 */
const DISKS = 10_000;
const SNAPSHOTS = 35;
const HOUR = 3_600_000;
const SCHEDULE = "PT1H P1D P7D P30D";
const start = Date.UTC(2026, 0, 1);
const deltas = parseDeltas(SCHEDULE);

const quick = process.argv.includes("--quick");
measureRound(quick ? 1_000 : DISKS);
for (const disks of quick ? [1_000] : [1_000, 4_000, 16_000, 32_000, 100_000]) await measureCreations(disks);
await measureQuiet(quick ? 1_000 : DISKS);

/** All disks planned once, and what their states hold. */
function measureRound(count: number): void {
  const list = locationState();
  const disks = Array.from(
    { length: count },
    (_, index): Disk => ({ location: "home", id: `vol-${index.toString(16).padStart(17, "0")}` }),
  );
  const rules = disks.map((disk) => ({ ...ruleOf(SCHEDULE, { disk }), deltas }));
  const before = heap();
  const states: DiskState[] = [];
  for (let index = 0; index < count; index++) states.push(listed(index, rules[index] as Rule, list));
  const held = heap() - before;
  const present = presentOf(list, start);
  const rounds = Array.from({ length: 9 }, () => {
    const from = performance.now();
    let actions = 0;
    for (const state of states) actions += plan(state, present).deletions.length;
    return { took: performance.now() - from, actions };
  }).sort((a, b) => a.took - b.took);
  const bytes = held / (count * SNAPSHOTS);
  console.log(
    `${count} disks with ${SNAPSHOTS} snapshots: a whole round of plans ${rounds[4]?.took.toFixed(0)} ms; state ${(held / 1e6).toFixed(1)} MB, ${bytes.toFixed(0)} bytes a snapshot`,
  );
}

/** Every disk is due at once: CPU for each creation, from the rules to the last answer. */
async function measureCreations(count: number): Promise<void> {
  const clock = new VirtualClock(start);
  const { backend, storage } = createMemoryBackend({ now: () => new Date(clock.now()) });
  const disks = Array.from({ length: count }, (_, index) => storage.addDisk({ location: "home", id: `disk-${index}` }));
  const scheduler = new Scheduler({
    cluster: "bench",
    clock,
    backends: new Map([[backend.name, backend]]),
    concurrency: 100,
  });
  scheduler.setRules(disks.map((disk) => ruleOf(SCHEDULE, { disk })));
  const stop = new AbortController();
  const from = process.cpuUsage();
  const running = scheduler.run(stop.signal);
  await clock.runUntil(start + 1_000);
  const { user, system } = process.cpuUsage(from);
  const made = storage.requests.createSnapshot;
  console.log(`${count} disks due at once: ${((user + system) / made).toFixed(0)} µs of CPU a creation (${made} made)`);
  stop.abort();
  await running;
}

/** A list that shows the same as the one before: nothing is planned. */
async function measureQuiet(count: number): Promise<void> {
  const clock = new VirtualClock(start);
  const { backend, storage } = createMemoryBackend({ now: () => new Date(clock.now()) });
  const facts: string[] = [];
  const disks = Array.from({ length: count }, (_, index) => {
    const disk = storage.addDisk({ location: "home", id: `disk-${index}` });
    for (let age = 3; age >= 1; age--) {
      const createdAt = start - age * 24 * HOUR + 20 * HOUR;
      storage.addSnapshot({ disk, createdAt: new Date(createdAt), labels: labelsOf(disk, createdAt, 3 - age) });
    }
    return disk;
  });
  const scheduler = new Scheduler({
    cluster: "cluster-1",
    clock,
    backends: new Map([[backend.name, backend]]),
    onTrace: ({ type }) => void (type === "fact" && facts.push(type)),
  });
  scheduler.setRules(disks.map((disk) => ruleOf("P1D P7D", { disk })));
  const stop = new AbortController();
  const running = scheduler.run(stop.signal);
  await clock.runUntil(start + 60_000);
  facts.length = 0;
  const lists = storage.requests.listSnapshots;
  const from = process.cpuUsage();
  await clock.runUntil(start + 3 * HOUR);
  const { user, system } = process.cpuUsage(from);
  const pages = storage.requests.listSnapshots - lists;
  console.log(
    `${count} disks, three quiet hours: ${pages} pages listed, ${facts.length} facts, ${((user + system) / 1_000).toFixed(0)} ms of CPU`,
  );
  stop.abort();
  await running;
}

function locationState(): LocationState {
  const state: LocationState = {
    backend: "memory",
    location: "home",
    capabilities: { restore: false, listLagMs: 0 },
    identity: { cluster: "cluster-1", formerClusters: [], instance: "bench" },
    clock: { ...startClock({ monotonic: 0, wall: start }), date: start, observedAt: 0 },
    unresolvedRules: new Set(),
  };
  return locationListed(state, 0, { monotonic: 0, wall: start }, defaultPolicy.clockTolerance);
}

function presentOf(location: LocationState, wall: number): Present {
  return { moment: { monotonic: wall - start, wall }, location, policy: defaultPolicy };
}

/** What a list shows of a disk that has had the schedule for long: hourly, daily, weekly ones. */
function listed(index: number, rule: Rule, location: LocationState): DiskState {
  const { disk } = rule;
  const ages = [
    ...Array(24).keys(),
    ...[1, 2, 3, 4, 5, 6, 7].map((day) => day * 24 + 1),
    14 * 24,
    21 * 24,
    28 * 24,
    30 * 24,
  ];
  const present = presentOf(location, start);
  const ruled = reduce(newDiskState(disk), { type: "rule.changed", rule }, present);
  const snapshots = ages.slice(0, SNAPSHOTS).map((age) => {
    const createdAt = start - age * HOUR - 600_000;
    const id = `snap-${(index * 100 + age).toString(16).padStart(17, "0")}`;
    return { id, createdAt, state: "ready" as const, labels: labelsOf(disk, createdAt, 35) };
  });
  const list = location.list as NonNullable<LocationState["list"]>;
  return reduce(ruled, { type: "disk.listed", list, before: undefined, snapshots, unlabelled: 0 }, present);
}

function labelsOf(disk: Disk, createdAt: number, held: number): Labels {
  const labels = labelsOfRequest(disk, createdAt, { schedule: SCHEDULE, held, since: start - 400 * 24 * HOUR });
  if (labels[MARKS_LABEL] === undefined) throw new Error("the labels of a request lack their marks");
  return labels;
}

function heap(): number {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error("start with --expose-gc");
  for (let times = 0; times < 3; times++) gc();
  return process.memoryUsage().heapUsed;
}
