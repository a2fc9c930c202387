import { CLUSTER_LABEL, IDEMPOTENCY_KEY_LABEL } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { wholeCount } from "../../../../test-support/whole-count.ts";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { addHistory, homeCluster, homeDisk, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";

it("two-1 (rule 11): another cluster's are left alone, whatever they say of expiry", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, {
    schedule: "PT12H P27D",
    count: 54,
    newest: world.clock.now() - HOUR,
    cluster: "B",
    policy: "expire",
  });
  const elsewhere = { location: "home", id: "disk-2" };
  await world.start([ruleOf("P1D P7D", { disk: elsewhere })]);
  await world.advance(wholeCount(60, 20) * DAY);
  expect(world.count(homeDisk)).toBe(54);
});

it("two-2 (rule 6): two daemons of one cluster make at most two doubles a disk, say so, and miss no interval", async () => {
  const world = new SchedulerWorld({ idempotency: "label", capabilities: { listLagMs: 5_000 } });
  const disks = Array.from({ length: 10 }, (_, index) => ({ location: "home", id: `disk-${index}` }));
  const rules = disks.map((disk) => ruleOf("PT1H P1D", { disk }));
  await world.start(rules);
  await world.advance(3 * MINUTE);
  await world.start(rules);
  await world.advance(48 * HOUR);
  for (const disk of disks) {
    const times = world.creations(disk).map(({ at }) => at);
    const doubles = times.slice(1).filter((at, index) => at - (times[index] ?? 0) < 50 * MINUTE).length;
    expect(doubles, disk.id).toBeLessThanOrEqual(2);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(2 * HOUR);
    expect(world.count(disk)).toBeLessThanOrEqual(28);
  }
  expect(world.reasons()).toContain("AnotherDaemon");
});

it("two-2 (rule 6): two that start at the same moment", async () => {
  const world = new SchedulerWorld({ idempotency: "label", capabilities: { listLagMs: 5_000 } });
  const disks = Array.from({ length: 10 }, (_, index) => ({ location: "home", id: `disk-${index}` }));
  const rules = disks.map((disk) => ruleOf("PT1H P1D", { disk }));
  await Promise.all([world.start(rules), world.start(rules)]);
  await world.advance(48 * HOUR);
  for (const disk of disks) {
    const times = world.creations(disk).map(({ at }) => at);
    const doubles = times.slice(1).filter((at, index) => at - (times[index] ?? 0) < 50 * MINUTE).length;
    expect(doubles, disk.id).toBeLessThanOrEqual(2);
  }
});

it("two-3 (rule 11): copies of ours, with all their labels, are neither counted nor deleted", async () => {
  const world = new SchedulerWorld({ idempotency: "label" });
  await world.start([ruleOf("PT1H P1D")]);
  const copied = new Set<string>();
  const copies: string[] = [];
  await world.watch(5 * DAY, 30 * MINUTE, () => {
    for (const { id, labels, createdAt } of world.snapshots(homeDisk)) {
      if (copied.has(id) || copies.includes(id) || world.clock.now() - createdAt.getTime() < 2 * HOUR) continue;
      copied.add(id);
      copies.push(world.storage.addSnapshot({ disk: homeDisk, labels }).id);
    }
  });
  const there = new Set(world.idsOf(homeDisk));
  expect(copies.every((id) => there.has(id))).toBe(true);
  expect(there.size - copies.length).toBeLessThanOrEqual(27);
  expect(world.creations().length).toBeGreaterThanOrEqual(119);
  expect(world.reasons()).toContain("Copies");
});

it("two-3 (rule 11): ours on the disk that the key was made for; the same on another disk is a copy", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H P1D", count: 5, newest: world.clock.now() - MINUTE });
  const other = world.storage.addDisk({ location: "home", id: "disk-2" });
  for (const { labels, createdAt } of world.snapshots(homeDisk))
    world.storage.addSnapshot({ disk: other, createdAt, labels });
  await world.start([ruleOf("PT1H PT2H", { disk: other, ignoreDeletionBudget: true, confirmedDeltas: "PT1H PT2H" })]);
  await world.advance(5 * HOUR);
  expect(world.creations(other).length).toBeGreaterThanOrEqual(5);
  const copies = world.snapshots(other).filter(({ labels }) => labels[IDEMPOTENCY_KEY_LABEL]?.startsWith("before"));
  expect(copies).toHaveLength(5);
});

it("two-3 (rule 11): doubles of one key on one disk count, and go first", async () => {
  const world = new SchedulerWorld({ idempotency: "label" });
  await Promise.all([world.start([ruleOf("PT1H P1D")]), world.start([ruleOf("PT1H P1D")])]);
  await world.advance(3 * DAY);
  expect(world.count(homeDisk)).toBeLessThanOrEqual(27);
});

it("two-4 (rule 11): a rebuilt cluster says whose history there is, and takes it over by a setting", async () => {
  const world = new SchedulerWorld({ capabilities: { listLagMs: 0, maxSnapshotsPerDisk: 25 } });
  addHistory(world.storage, {
    schedule: "PT2H P1D P7D",
    count: 25,
    newest: world.clock.now() - HOUR,
    cluster: "former",
  });
  const before = world.idsOf(homeDisk);
  const { stop } = await world.start([ruleOf("PT2H P1D P7D")]);
  await world.advance(2 * DAY);
  expect(world.idsOf(homeDisk)).toEqual(before);
  const said = world
    .eventsOf("disk.deferred")
    .flatMap(({ deferrals }) => deferrals)
    .find(({ reason }) => reason === "OtherCluster");
  expect(said).toMatchObject({ count: 25, detail: "former" });
  stop.abort();
  await world.advance(MINUTE);

  await world.start([ruleOf("PT2H P1D P7D")], { formerClusters: ["former"] });
  await world.advance(14 * DAY);
  expect(world.eventsOf("snapshot.accepted").length).toBeGreaterThanOrEqual(160);
  expect(world.snapshots(homeDisk).at(-1)?.labels[CLUSTER_LABEL]).toBe(homeCluster);
});

it("two-4 (rule 11): a former id under which snapshots still get made is another cluster's", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H P1D", count: 40, newest: world.clock.now() - MINUTE, cluster: "former" });
  const before = world.idsOf(homeDisk);
  await Promise.all([
    world.start([ruleOf("PT1H P1D")], { formerClusters: ["former"] }),
    world.start([ruleOf("PT1H P30D")], { cluster: "former" }),
  ]);
  await world.advance(3 * DAY);
  const there = new Set(world.idsOf(homeDisk));
  expect(before.filter((id) => there.has(id))).toHaveLength(40);
});

it("rule 11: what carries no cluster's mark stays where two clusters' rules name the disk", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "P1D P1Y", count: 366, newest: world.clock.now() - HOUR, cluster: undefined });
  const before = world.idsOf(homeDisk);
  await world.start([ruleOf("P1D P1Y")], { cluster: "A" });
  await world.start([ruleOf("PT1H PT6H")], { cluster: "B" });
  await world.advance(wholeCount(5, 2) * DAY);
  const there = new Set(world.idsOf(homeDisk));
  expect(before.filter((id) => there.has(id))).toHaveLength(366);
});

it("rule 11: the seed's are taken over by the one cluster whose rule names the disk", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, {
    schedule: "P1D P30D",
    count: 300,
    newest: world.clock.now() - 23 * HOUR,
    cluster: undefined,
  });
  await world.start([ruleOf("P1D P30D")]);
  await world.advance(DAY);
  expect(world.count(homeDisk)).toBeGreaterThanOrEqual(300);
  await world.advance(60 * DAY);
  expect(world.count(homeDisk)).toBeLessThanOrEqual(33);
});
