import { BackendError, type Disk } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import type { Rule } from "../../src/rule.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/state/time.ts";
import { addHistory, homeDisk, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";

it("rule 14: deletions do not wait for creations", async () => {
  const world = new SchedulerWorld();
  addHistory(world.storage, { schedule: "PT1H PT3H", count: 7, newest: world.clock.now() - 2 * HOUR });
  world.fault = ({ operation }) => (operation === "createSnapshot" ? { latencyMs: 50 * SECOND } : undefined);
  await world.start([ruleOf("PT1H PT3H")], { concurrency: 1 });
  await world.advance(MINUTE);
  const [creation] = world.creations();
  const deletions = world.calls.filter(({ operation }) => operation === "deleteSnapshot");
  expect(deletions).toHaveLength(3);
  expect(deletions.every(({ at }) => at - (creation?.at ?? 0) < 2 * SECOND)).toBe(true);
});

it("rate-1 (rule 14): the many disks of one namespace hold up no other one", async () => {
  const world = new SchedulerWorld({ capabilities: { listLagMs: 0, callsPerSecond: { create: 1 } } });
  const greedy = Array.from({ length: 100 }, (_, index) => ({ location: "home", id: `greedy-${index}` }));
  const honest = { location: "home", id: "honest" };
  await world.start([
    ...greedy.map((disk) => ruleOf("PT1M PT5M", { disk, namespace: "greedy" })),
    ruleOf("PT1M PT5M", { disk: honest, namespace: "honest" }),
  ]);
  await world.advance(5 * MINUTE);
  const accepted = world.eventsOf("snapshot.accepted").filter(({ disk }) => disk.id === honest.id);
  expect(accepted.length).toBeGreaterThanOrEqual(4);
  expect(Math.max(...accepted.map(({ lateness }) => lateness))).toBeLessThan(5 * SECOND);
});

it("rule 14: a namespace's snapshots are counted over all its disks", async () => {
  const world = new SchedulerWorld();
  const disks = ["a", "b", "c"].map((id) => ({ location: "home", id }));
  await world.start(
    disks.map((disk) => ruleOf("PT1H PT6H", { disk, namespace: "team" })),
    { policy: { maxSnapshotsPerNamespace: 9 } },
  );
  await world.advance(DAY);
  const counts = disks.map((disk) => world.count(disk));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(10);
  for (const disk of disks) {
    const newest = world.snapshots(disk).at(-1)?.createdAt.getTime() ?? 0;
    expect(world.clock.now() - newest).toBeLessThanOrEqual(2 * HOUR + MINUTE);
  }
});

it("grow-1 (rule 14): a step looks at what is due, not at all disks", async () => {
  const world = new SchedulerWorld();
  let looks = 0;
  const { deltas, ...idle } = ruleOf("P1D P7D");
  const watched: Rule = {
    ...idle,
    get deltas() {
      looks++;
      return deltas;
    },
  } as Rule;
  const busy = Array.from({ length: 5 }, (_, index) => ({ location: "home", id: `busy-${index}` }));
  addHistory(world.storage, { schedule: "P1D P7D", count: 7, newest: world.clock.now() - HOUR, disk: homeDisk });
  await world.start([watched, ...busy.map((disk) => ruleOf("PT1M PT5M", { disk }))]);
  await world.advance(10 * MINUTE);
  looks = 0;
  await world.advance(HOUR);
  expect(world.creations(busy[0]).length).toBeGreaterThan(60);
  expect(looks).toBeLessThan(50);
});

it.each([
  ["account", true],
  ["location", false],
] as const)("rule 9: where the %s is asked to slow down, its other locations do: %s", async (scope, doOthers) => {
  const world = new SchedulerWorld({ locations: ["here", "there"] });
  let isThrottled = true;
  world.fault = ({ operation, request }) => {
    if (operation !== "createSnapshot" || request.disk.location !== "here" || !isThrottled) return undefined;
    isThrottled = false;
    return { before: new BackendError("throttled", "slow down", { scope, retryAfterMs: MINUTE }) };
  };
  const [here, there] = ["here", "there"].map((location) => ({ location, id: `disk-${location}` })) as [Disk, Disk];
  addHistory(world.storage, {
    schedule: "PT10M PT1H",
    count: 2,
    newest: world.clock.now() - 590 * SECOND,
    disk: there,
  });
  const begun = world.clock.now();
  await world.start([here, there].map((disk) => ruleOf("PT10M PT1H", { disk })));
  await world.advance(2 * MINUTE);
  const at = (world.creations(there)[0]?.at ?? 0) - begun;
  expect(Math.round(at / MINUTE)).toBe(doOthers ? 1 : 0);
  expect(world.creations(here)).toHaveLength(2);
});
