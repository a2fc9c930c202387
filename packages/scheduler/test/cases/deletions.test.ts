import type { Snapshot } from "@k8s-snapshots/backend-api";
import { BackendError, HOLD_LABEL } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { wholeCount } from "../../../../test-support/whole-count.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { ListedSnapshot } from "../../src/state/claim-snapshots.ts";
import { snapshotsOf } from "../../src/state/disk-snapshots.ts";
import { newDiskState } from "../../src/state/disk-state.ts";
import type { Fact } from "../../src/state/fact.ts";
import type { LocationState } from "../../src/state/location-state.ts";
import type { Present } from "../../src/state/present.ts";
import { reduce } from "../../src/state/reduce.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/state/time.ts";
import { addHistory, homeCluster, homeDisk, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";

it("slow-1 (rule 2): deletes although each snapshot takes longer than the interval", async () => {
  const world = new SchedulerWorld({ snapshotDuration: () => 66 * MINUTE });
  await world.start([ruleOf("PT1H P1D")]);
  const held: number[] = [];
  await world.watch(6 * DAY, 10 * MINUTE, () => held.push(world.count(homeDisk)));
  expect(Math.max(...held.slice(6 * 24))).toBeLessThanOrEqual(27);
  expect(world.deletions().length).toBeGreaterThan(90);
});

it("slow-1 (rule 2): deletes although a list takes longer than the interval", async () => {
  const world = new SchedulerWorld();
  world.fault = ({ operation }) => (operation === "listSnapshots" ? { latencyMs: 6 * MINUTE } : undefined);
  await world.start([ruleOf("PT5M PT1H")]);
  await world.advance(2 * DAY);
  expect(world.creations().length).toBeGreaterThan(300);
  expect(world.count(homeDisk)).toBeLessThan(40);
});

/** Deletions wait for their turn while those of other disks fill the rate; another disk's snapshots let lists come often. */
async function worldWithWaitingDeletions(): Promise<{ world: SchedulerWorld; waiting: Snapshot[] }> {
  const world = new SchedulerWorld({ capabilities: { listLagMs: 0, callsPerSecond: { delete: 0.005 } } });
  const often = ruleOf("PT1M PT30M", { disk: { location: "home", id: "often" } });
  const others = Array.from({ length: 3 }, (_, index) => ({ location: "home", id: `other-${index}` }));
  for (const disk of [...others, homeDisk]) {
    addHistory(world.storage, { schedule: "PT1H PT2H", count: 6, newest: world.clock.now() - 30 * MINUTE, disk });
  }
  const rules = [...others, homeDisk].map((disk) => ruleOf("PT1H PT2H", { disk, ignoreDeletionBudget: true }));
  await world.start([...rules, often]);
  await world.advance(SECOND);
  return { world, waiting: world.snapshots(homeDisk) };
}

it("stale-1 (rule 2): a deletion that waited in a queue does not take the last good one", async () => {
  const { world } = await worldWithWaitingDeletions();
  const [oldest, second, ...newer] = world.snapshots(homeDisk);
  const byHand = Promise.all(newer.map(({ id }) => world.backend.deleteSnapshot({ id, location: "home" })));
  await world.advance(SECOND);
  await byHand;
  await world.advance(25 * MINUTE);
  expect(world.idsOf(homeDisk)).toEqual([oldest?.id, second?.id]);
});

it("stale-2 (rules 2, 7): nor one that got the hold label meanwhile", async () => {
  const { world, waiting } = await worldWithWaitingDeletions();
  for (const { id, labels } of waiting) {
    world.storage.setLabels({ id, location: "home" }, { ...labels, [HOLD_LABEL]: "true" });
  }
  await world.advance(wholeCount(6, 2) * HOUR);
  const ids = new Set(waiting.map(({ id }) => id));
  expect(world.deletions().filter((id) => ids.has(id))).toEqual([]);
});

it("stuck-1 (rule 7): what cannot be deleted costs no budget and stops no others", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "P1D P7D", count: 8, newest: world.clock.now() - HOUR });
  for (const { id } of world.snapshots(homeDisk).slice(0, 2)) world.storage.setInUse({ id, location: "home" }, true);
  const stuck = world.idsOf(homeDisk).slice(0, 2);
  await world.start([ruleOf("P1D P7D")]);
  await world.advance(30 * DAY);
  expect(world.count(homeDisk)).toBe(10);
  for (const id of stuck) {
    const tries = world.calls.filter((call) => call.operation === "deleteSnapshot" && call.request.id === id);
    const gaps = tries.slice(1).map(({ at }, index) => at - (tries[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(HOUR - SECOND);
    expect(gaps.at(-1)).toBeGreaterThanOrEqual(DAY - SECOND);
  }
  expect(world.reasons()).toContain("Undeletable");
});

it("stuck-1 (rule 7): many that are forbidden are not asked for again and again", async () => {
  const world = new SchedulerWorld();
  const many = wholeCount(300, 150);
  addHistory(world.storage, { schedule: "PT1H P1D", count: many, newest: world.clock.now() - MINUTE });
  world.storage.denied.add("memory.snapshots.delete");
  await world.start([ruleOf("PT1H P1D")]);
  const days = wholeCount(10, 3);
  await world.advance(days * DAY);
  expect(world.deletions().length).toBeLessThan((800 / 300) * many * days);
  world.storage.denied.clear();
  await world.advance(4 * DAY);
  expect(world.count(homeDisk)).toBeLessThan(30);
});

it("appear-1 (rule 4): of what comes back from a recycle bin no more goes at once than a share", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H P1D", count: 25, newest: world.clock.now() - MINUTE });
  await world.start([ruleOf("PT1H P1D")]);
  await world.advance(5 * HOUR + 30 * MINUTE);
  const before = world.deletions().length;
  addHistory(world.storage, { schedule: "PT1H P1D", count: 300, newest: world.clock.now() - 32 * HOUR });
  await world.advance(HOUR);
  expect(world.deletions().length - before).toBeLessThanOrEqual(3);
  expect(world.reasons().some((reason) => reason === "Surplus" || reason === "ListsDisagree")).toBe(true);
  await world.advance(5 * HOUR);
  expect(world.deletions().length - before).toBeLessThanOrEqual(6 * 33);
  await world.advance(4 * DAY);
  expect(world.count(homeDisk)).toBeLessThan(30);
});

it("list-1 (rule 4d): one list that lacks most changes nothing", async () => {
  const run = async (isBad: boolean): Promise<{ deleted: number; made: number }> => {
    const world = new SchedulerWorld();
    addHistory(world.storage, { schedule: "P1D P1Y", count: 366, newest: world.clock.now() - HOUR });
    const { scheduler } = await world.start([ruleOf("P1D P1Y")]);
    await world.advance(HOUR);
    scheduler.setRules([ruleOf("PT1H P1D")]);
    await world.advance(29 * HOUR);
    const hidden = world.snapshots(homeDisk).slice(40);
    if (isBad) for (const { id } of hidden) world.storage.setState({ id, location: "home" }, "deleting");
    await world.advance(10 * MINUTE);
    if (isBad) for (const { id } of hidden) world.storage.setState({ id, location: "home" }, "ready");
    await world.advance(10 * HOUR);
    return { deleted: world.deletions().length, made: world.creations().length };
  };
  const bad = await run(true);
  const good = await run(false);
  expect(bad.deleted).toBeLessThanOrEqual(good.deleted + 2);
  expect(Math.abs(bad.made - good.made)).toBeLessThanOrEqual(1);
});

it("rules 2, 9: a snapshot that cannot be read before it goes is tried again after a while, not at once", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H PT2H", count: 20, newest: world.clock.now() - HOUR, policy: "expire" });
  const away = new BackendError("unavailable", "nothing answers");
  const start = world.clock.now();
  world.fault = () => (world.clock.now() > start + 30 * MINUTE ? { before: away } : undefined);
  await world.start([ruleOf("P1D P7D", { disk: { location: "home", id: "disk-2" } })]);
  await world.advance(4 * HOUR);
  const reads = world.calls.filter(({ operation }) => operation === "readSnapshot").length;
  expect(reads).toBeGreaterThan(0);
  expect(reads).toBeLessThan(200);
});

it("rules 2, 3: where lists fail for long, what a deletion relies on is read too", async () => {
  const world = new SchedulerWorld({ capabilities: { listLagMs: 0, callsPerSecond: { delete: 0.001 } } });
  addHistory(world.storage, { schedule: "PT6H PT12H", count: 8, newest: world.clock.now() - HOUR });
  const start = world.clock.now();
  world.fault = ({ operation }) =>
    operation === "listSnapshots" && world.clock.now() > start + MINUTE
      ? { before: new BackendError("unavailable", "no lists") }
      : undefined;
  await world.start([ruleOf("PT6H PT12H", { ignoreDeletionBudget: true })]);
  await world.advance(5 * MINUTE);
  const newest = world.snapshots(homeDisk).slice(1);
  const oldest = world.idsOf(homeDisk)[0];
  const byHand = Promise.all(newest.map(({ id }) => world.backend.deleteSnapshot({ id, location: "home" })));
  await world.advance(SECOND);
  await byHand;
  await world.advance(4 * HOUR);
  expect(world.idsOf(homeDisk)).toContain(oldest);
});

it("rules 4, 6: what was deleted does not count again because one list lacked it and a lagging one shows it", () => {
  const location = { ...newLocation(), capabilities: { restore: true, listLagMs: 30 * MINUTE } };
  const present = (at: number): Present => ({ moment: { monotonic: at, wall: at }, location, policy: defaultPolicy });
  const snapshot = { id: "snap-1", createdAt: 0, state: "ready", labels: { "created-by": "k8s-snapshots" } } as const;
  const listed = (at: number, snapshots: ListedSnapshot[]): Fact => {
    const list = { begunAt: at, begunDate: at, endedAt: at };
    return { type: "disk.listed", list, before: list, snapshots, unlabelled: 0 };
  };
  const facts: readonly (readonly [number, Fact])[] = [
    [1, listed(1, [snapshot])],
    [2, { type: "deletion.sent", id: "snap-1" }],
    [3, { type: "deletion.done", id: "snap-1", madeRoom: false }],
    [MINUTE, listed(MINUTE, [])],
    [2 * MINUTE, listed(2 * MINUTE, [snapshot])],
  ];
  const state = facts.reduce((before, [at, fact]) => reduce(before, fact, present(at)), newDiskState(homeDisk));
  expect(snapshotsOf(state, present(3 * MINUTE)).ready).toEqual([]);
});

function newLocation(): LocationState {
  return {
    backend: "memory",
    location: "home",
    capabilities: { restore: true },
    identity: { cluster: homeCluster, formerClusters: [], instance: "here" },
    clock: { wallOffset: 0 },
    unresolvedRules: new Set(),
  };
}
