import { BackendError } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { wholeCount } from "../../../../test-support/whole-count.ts";
import type { DiskInspection } from "../../src/index.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/state/time.ts";
import { addHistory, homeDisk, ruleOf, SchedulerWorld, seededRandom } from "../../src/testing/index.ts";

it("fail-1 (rule 1): after an hour of failed ones the first good one comes within an hour", async () => {
  const world = new SchedulerWorld({ snapshotDuration: () => 30 * SECOND });
  const start = world.clock.now();
  world.fault = ({ operation }) =>
    operation === "createSnapshot" && world.clock.now() < start + HOUR ? { failSnapshot: true } : undefined;
  await world.start([ruleOf("P1D P7D")]);
  await world.advance(2 * HOUR);
  const good = world.snapshots(homeDisk).find(({ state }) => state === "ready");
  expect(good).toBeDefined();
  expect((good?.createdAt.getTime() ?? 0) - start).toBeLessThanOrEqual(2 * HOUR);
});

it("fail-2 (rule 1): where all fail, few are tried and at most one stays", async () => {
  const world = new SchedulerWorld({ snapshotDuration: () => 30 * SECOND });
  world.fault = ({ operation }) => (operation === "createSnapshot" ? { failSnapshot: true } : undefined);
  await world.start([ruleOf("PT1H P1D")]);
  await world.advance(3 * DAY);
  expect(world.creations().length).toBeLessThanOrEqual(78);
  expect(world.creations().length).toBeGreaterThan(60);
  expect(world.count(homeDisk)).toBeLessThanOrEqual(1);
  expect(world.reasons()).toContain("SnapshotFailed");
});

it("(rule 13): the first snapshot of a new volume counts within seconds of being ready, and at most a twentieth of the interval", async () => {
  const secondsUntilReady = async (snapshotDuration: number): Promise<number> => {
    const world = new SchedulerWorld({ snapshotDuration: () => snapshotDuration, capabilities: { listLagMs: 0 } });
    const { scheduler } = await world.start([ruleOf("PT1H P1D")]);
    const isReady = (): boolean => scheduler.inspect("memory", homeDisk)?.plan.readiness?.ready === true;
    let seconds = 0;
    for (; !isReady(); seconds++) await world.advance(SECOND);
    return seconds;
  };
  expect(await secondsUntilReady(0)).toBeLessThanOrEqual(12);
  expect(await secondsUntilReady(5 * SECOND)).toBeLessThanOrEqual(12);
  expect(await secondsUntilReady(35 * SECOND)).toBeLessThanOrEqual(45);
  expect(await secondsUntilReady(2 * MINUTE)).toBeLessThanOrEqual(300);
});

it("pend-1 (rules 1, 13): one that is pending for a month is said and no longer waited for", async () => {
  const world = new SchedulerWorld();
  let isFirst = true;
  world.fault = ({ operation }) => {
    if (operation !== "createSnapshot" || !isFirst) return undefined;
    isFirst = false;
    return { pendingMs: 30 * DAY };
  };
  const { scheduler } = await world.start([ruleOf("P1D P7D")]);
  await world.advance(10 * HOUR);
  expect(scheduler.inspect("memory", homeDisk)?.plan.readiness?.ready).toBe(false);
  await world.advance(4 * DAY);
  expect(world.reasons()).toContain("Stuck");
  expect(world.count(homeDisk)).toBeGreaterThanOrEqual(2);
  expect(world.deletions()).toEqual([]);
});

it("(rule 1): without the storage system's dates, too, a pending one is waited for asleep", async () => {
  const world = new SchedulerWorld({ sendsDate: false });
  const now = world.clock.now();
  addHistory(world.storage, { schedule: "PT1H P1D", count: 1, newest: now - 20 * HOUR });
  addHistory(world.storage, { schedule: "PT1H P1D", count: 1, newest: now - 19 * HOUR, state: "pending" });
  const { scheduler } = await world.start([ruleOf("PT1H P1D")]);
  await world.advance(5 * HOUR + MINUTE / 60);
  const { plan, present } = scheduler.inspect("memory", homeDisk) as DiskInspection;
  expect(plan.deferrals.map(({ reason }) => reason)).toContain("Pending");
  expect(plan.wakeAt - present.moment.monotonic).toBeGreaterThan(MINUTE);
  await world.advance(21 * HOUR);
  expect(world.reasons()).toContain("Stuck");
});

it("unknown-1 (rules 1, 9): a snapshot of a state that nobody knows holds up its own disk alone", async () => {
  const world = new SchedulerWorld();
  const disks = ["a", "b", "c"].map((id) => ({ location: "home", id }));
  for (const disk of disks)
    addHistory(world.storage, { schedule: "PT1H P1D", count: 3, newest: world.clock.now() - MINUTE, disk });
  const odd = world.snapshots(disks[1] as { location: string; id: string })[1];
  world.storage.setState({ id: odd?.id ?? "", location: "home" }, "unknown");
  await world.start(disks.map((disk) => ruleOf("PT1H P1D", { disk })));
  await world.advance(3 * HOUR);
  expect(disks.map((disk) => world.creations(disk).length)).toEqual([3, 0, 3]);
  expect(world.reasons()).toContain("Unknown");
});

it("full-1 (rule 12): at a full limit of the disk the schedule goes on", async () => {
  const world = new SchedulerWorld({ capabilities: { listLagMs: 0, maxSnapshotsPerDisk: 25 } });
  addHistory(world.storage, { schedule: "PT2H P1D P7D", count: 25, newest: world.clock.now() - 2 * HOUR + MINUTE });
  await world.start([ruleOf("PT2H P1D P7D")]);
  await world.advance(72 * HOUR);
  const made = world.snapshots(homeDisk).map(({ createdAt }) => createdAt.getTime());
  expect(world.eventsOf("snapshot.accepted").length).toBeGreaterThanOrEqual(35);
  for (const { lateness } of world.eventsOf("snapshot.accepted")) expect(lateness).toBeLessThan(2 * HOUR);
  expect(made.length).toBeLessThanOrEqual(25);
});

it("full-1 (rules 5, 12): also where all of it is version 0.1's", async () => {
  const world = new SchedulerWorld({ capabilities: { listLagMs: 0, maxSnapshotsPerDisk: 25 } });
  addHistory(world.storage, {
    schedule: "PT2H P1D P7D",
    count: 25,
    newest: world.clock.now() - 2 * HOUR + MINUTE,
    cluster: undefined,
  });
  await world.start([ruleOf("PT2H P1D P7D")]);
  await world.advance(14 * DAY);
  expect(world.eventsOf("snapshot.accepted").length).toBeGreaterThanOrEqual(165);
});

it("full-2 (rule 12): at a full limit of the account all disks get room", async () => {
  const world = new SchedulerWorld({ accountLimit: 180 });
  const disks = ["a", "b", "c"].map((id) => ({ location: "home", id }));
  for (const disk of disks)
    addHistory(world.storage, { schedule: "PT1H P1D", count: 60, newest: world.clock.now() - 30 * MINUTE, disk });
  await world.start(disks.map((disk) => ruleOf("PT1H P1D", { disk })));
  await world.advance(3 * HOUR);
  for (const disk of disks)
    expect(world.snapshots(disk).at(-1)?.createdAt.getTime()).toBeGreaterThan(world.clock.now() - 2 * HOUR);
  await world.advance(7 * DAY);
  for (const disk of disks) expect([25, 26]).toContain(world.count(disk));
});

it("full-3 (rule 12): where others' leave too little room it is said, with the numbers, and what is possible is done", async () => {
  const world = new SchedulerWorld({ capabilities: { listLagMs: 0, maxSnapshotsPerDisk: 25 } });
  world.storage.addDisk(homeDisk);
  for (let index = 0; index < 12; index++) {
    world.storage.addSnapshot({
      disk: homeDisk,
      createdAt: new Date(world.clock.now() - index * DAY),
      labels: { by: "hand" },
    });
  }
  await world.start([ruleOf("PT2H P1D P7D")]);
  await world.advance(14 * DAY);
  const own = world.snapshots(homeDisk).filter(({ labels }) => labels["created-by"] === "k8s-snapshots");
  expect(own).toHaveLength(13);
  expect(world.clock.now() - (own.at(-1)?.createdAt.getTime() ?? 0)).toBeLessThanOrEqual(2 * HOUR + MINUTE);
  expect(new Set(own.map(({ createdAt }) => createdAt.toISOString().slice(0, 10))).size).toBeGreaterThanOrEqual(7);
  const said = world
    .eventsOf("disk.deferred")
    .flatMap(({ deferrals }) => deferrals)
    .find(({ reason }) => reason === "ScheduleImpossible");
  expect(said).toMatchObject({ limit: 13 });
  expect(said?.needed).toBeGreaterThan(18);
});

it("do-1 (rule 12): PT4H PT6H P7D under a limit of 25 goes on", async () => {
  const world = new SchedulerWorld({ capabilities: { listLagMs: 0, maxSnapshotsPerDisk: 25 } });
  await world.start([ruleOf("PT4H PT6H P7D")]);
  await world.advance(15 * DAY);
  const newest = world.snapshots(homeDisk).at(-1)?.createdAt.getTime() ?? 0;
  expect(world.clock.now() - newest).toBeLessThanOrEqual(4 * HOUR + MINUTE);
});

it("rate-2 (rule 9): one disk's own rate limit pauses no other", async () => {
  const world = new SchedulerWorld();
  const disks = Array.from({ length: 31 }, (_, index) => ({ location: "home", id: `disk-${index}` }));
  world.fault = (call) =>
    call.operation === "createSnapshot" && call.request.disk.id === "disk-0"
      ? { before: new BackendError("throttled", "this volume too often", { scope: "disk" }) }
      : undefined;
  await world.start(disks.map((disk) => ruleOf("PT10M PT1H", { disk })));
  await world.advance(3 * HOUR);
  for (const { lateness } of world.eventsOf("snapshot.accepted")) expect(lateness).toBeLessThan(2 * SECOND);
  expect(world.creations(disks[0]).length).toBeLessThan(100);
  expect(world.eventsOf("location.paused")).toEqual([]);
});

it.each([
  ["nothing", {}],
  ["5 calls a second", { callsPerSecond: { create: 5, delete: 5, list: 20 } }],
])("throttle-1 (rule 9): a throttled location that declares %s backs off once, at its scope", async (_, declared) => {
  for (const [share, worst] of [
    [0.2, 10 * SECOND],
    [0.5, 60 * SECOND],
  ] as const) {
    for (let seed = 1; seed <= wholeCount(5, 1); seed++) {
      const world = new SchedulerWorld({ capabilities: { listLagMs: 0, ...declared } });
      const disks = Array.from({ length: 20 }, (_, index) => ({ location: "home", id: `disk-${index}` }));
      const random = seededRandom(seed);
      world.fault = () =>
        random() < share ? { before: new BackendError("throttled", "RequestLimitExceeded") } : undefined;
      await world.start(disks.map((disk) => ruleOf("PT1M PT5M", { disk })));
      await world.advance(10 * MINUTE);
      const lateness = world.eventsOf("snapshot.accepted").map((event) => event.lateness);
      expect(lateness.length).toBeGreaterThan(20 * 7);
      expect(Math.max(...lateness)).toBeLessThanOrEqual(worst);
    }
  }
});

it("rate-1 (rule 14): disks that ask for much do not hold up honest ones", async () => {
  const world = new SchedulerWorld({ capabilities: { listLagMs: 0, callsPerSecond: { create: 5, delete: 5 } } });
  const greedy = Array.from({ length: 12 }, (_, index) => ({ location: "home", id: `greedy-${index}` }));
  const honest = Array.from({ length: 10 }, (_, index) => ({ location: "home", id: `honest-${index}` }));
  await world.start(
    [
      ...greedy.map((disk) => ruleOf("PT1S PT10S", { disk, namespace: "greedy" })),
      ...honest.map((disk, index) => ruleOf("PT1M PT5M", { disk, namespace: `team-${index}` })),
    ],
    { policy: { minInterval: 0 } },
  );
  const minutes = wholeCount(20, 5);
  await world.advance(minutes * MINUTE);
  for (const disk of honest) {
    const accepted = world.eventsOf("snapshot.accepted").filter((event) => event.disk.id === disk.id);
    expect(accepted.length).toBeGreaterThanOrEqual(minutes - 2);
    expect(Math.max(...accepted.map(({ lateness }) => lateness))).toBeLessThan(MINUTE);
    expect(world.count(disk)).toBeLessThanOrEqual(9);
  }
});

it("rule 6: one list that lacks a snapshot in the making does not let it be taken twice", async () => {
  for (const from of [10 * SECOND, 3 * MINUTE]) {
    const world = new SchedulerWorld({ snapshotDuration: () => 10 * MINUTE });
    let isHidden = false;
    let lists = 0;
    const { listSnapshots } = world.backend;
    world.backend.listSnapshots = (request, options) => {
      if (world.clock.monotonic() >= from && lists++ === 0) isHidden = true;
      const { labels } = request;
      const asked = isHidden ? { ...labels, nothing: "carries this" } : labels;
      isHidden = false;
      return listSnapshots.call(world.backend, { ...request, labels: asked }, options);
    };
    await world.start([ruleOf("PT1H P1D")]);
    await world.advance(50 * MINUTE);
    expect(world.creations().length, `hidden from ${from / SECOND} s on`).toBe(1);
  }
});

it("rule 2: a schedule that no label can carry takes and deletes nothing, and is said", async () => {
  const world = new SchedulerWorld();
  const many = Array.from({ length: 40 }, (_, index) => `PT${index + 1}H`).join(" ");
  await world.start([ruleOf(many)]);
  await world.advance(DAY);
  expect(world.creations()).toEqual([]);
  const [said] = world.eventsOf("disk.deferred").flatMap(({ deferrals }) => deferrals);
  expect(said).toMatchObject({ reason: "RuleInvalid", detail: expect.stringContaining("40 durations are too many") });
});

it("rule 13: an outage of the storage system is no slow snapshot, and excuses no old one", async () => {
  const world = new SchedulerWorld({ snapshotDuration: () => MINUTE });
  const { scheduler } = await world.start([ruleOf("PT1H P1D")]);
  const readiness = () => scheduler.inspect("memory", homeDisk)?.plan.readiness;
  await world.advance(5 * HOUR + 20 * SECOND);
  const away = new BackendError("unavailable", "nothing answers");
  world.fault = () => ({ before: away });
  await world.advance(12 * HOUR);
  expect(readiness()?.ready).toBe(false);
  world.fault = () => undefined;
  await world.advance(2 * HOUR);
  expect(readiness()?.ready).toBe(true);
  world.fault = () => ({ before: away });
  await world.advance(4 * HOUR);
  expect(readiness()?.ready).toBe(false);
});

it("rules 1, 6: a restart does not ask again and again for a snapshot that failed before", async () => {
  const world = new SchedulerWorld({ snapshotDuration: () => SECOND });
  world.fault = ({ operation }) => (operation === "createSnapshot" ? { failSnapshot: true } : undefined);
  const first = await world.start([ruleOf("PT4H P1D")]);
  await world.advance(12 * MINUTE);
  first.stop.abort();
  await world.advance(MINUTE);
  const before = world.creations().length;
  expect(before).toBeGreaterThan(2);
  await world.start([ruleOf("PT4H P1D")]);
  await world.advance(30 * MINUTE);
  expect(world.creations().length - before).toBeLessThan(10);
  const keys = world.creations().map(({ request }) => request.idempotencyKey);
  expect(new Set(keys).size).toBe(keys.length);
});

it("rule 9: an answer that names a failed snapshot that is listed already is backed off from", async () => {
  const world = new SchedulerWorld();
  const listed = world.backend.createSnapshot.bind(world.backend);
  world.storage.addDisk(homeDisk);
  addHistory(world.storage, { schedule: "PT4H P1D", count: 1, newest: world.clock.now(), state: "failed" });
  const [failed] = world.snapshots(homeDisk);
  let asked = 0;
  world.backend.createSnapshot = async (request, options) => {
    asked++;
    await world.clock.sleep(SECOND);
    return asked > 50 || failed === undefined ? listed(request, options) : failed;
  };
  await world.start([ruleOf("PT4H P1D")]);
  await world.advance(HOUR);
  expect(asked).toBeGreaterThan(1);
  expect(asked).toBeLessThan(10);
});

it.each([[5 * SECOND], [25 * SECOND], [4 * MINUTE]])(
  "the whole life of a snapshot that takes %d ms is three calls",
  async (duration) => {
    const world = new SchedulerWorld({ snapshotDuration: () => duration, capabilities: { listLagMs: 5_000 } });
    await world.start([ruleOf("PT1H P1D")]);
    await world.advance(2 * DAY);
    const { createSnapshot: before } = world.storage.requests;
    const begun = world.calls.length;
    await world.advance(DAY);
    const made = world.storage.requests.createSnapshot - before;
    expect(made).toBeGreaterThanOrEqual(23);
    expect((world.calls.length - begun) / made).toBeLessThanOrEqual(3.1);
  },
  60_000,
);
