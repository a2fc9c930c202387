import { expect, it } from "vitest";
import type { LocationOwnership } from "../../src/index.ts";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { addHistory, homeDisk, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";

/** An ownership that a test gives and takes. */
class GivenOwnership implements LocationOwnership {
  readonly #listeners = new Map<string, (isOurs: boolean) => void>();
  released = 0;

  acquire({ location }: { readonly location: string }, onChange: (isOurs: boolean) => void): () => void {
    this.#listeners.set(location, onChange);
    return () => {
      this.released++;
    };
  }

  give(location: string, isOurs: boolean): void {
    this.#listeners.get(location)?.(isOurs);
  }
}

it("rule 14: a location that is not ours is neither listed nor changed", async () => {
  const world = new SchedulerWorld();
  const ownership = new GivenOwnership();
  await world.start([ruleOf("PT1H P1D")], { ownership });
  await world.advance(DAY);
  expect(world.calls).toEqual([]);
});

it("rule 14: releasing a location is not losing its rules: nothing is sent, and what expires stays, until it is ours again", async () => {
  const world = new SchedulerWorld();
  const ownership = new GivenOwnership();
  addHistory(world.storage, { schedule: "PT1H PT5H", count: 12, newest: world.clock.now() - MINUTE, policy: "expire" });
  const { stop } = await world.start([ruleOf("PT1H PT5H")], { ownership });
  ownership.give("home", true);
  await world.advance(2 * HOUR);
  expect(world.eventsOf("snapshot.accepted").length).toBeGreaterThan(0);

  ownership.give("home", false);
  const calls = world.calls.length;
  const there = world.count(homeDisk);
  await world.advance(10 * HOUR);
  expect(world.calls).toHaveLength(calls);
  expect(world.count(homeDisk)).toBe(there);

  ownership.give("home", true);
  await world.advance(HOUR);
  expect(world.eventsOf("snapshot.accepted").at(-1)?.lateness).toBeGreaterThan(8 * HOUR);
  expect(world.reasons()).not.toContain("Retained");
  stop.abort();
  await world.advance(MINUTE);
  expect(ownership.released).toBe(1);
});

it("rule 14: an answer that comes after the location was lost changes nothing of what is known when it is ours again", async () => {
  const world = new SchedulerWorld({ latencyMs: 10_000 });
  const ownership = new GivenOwnership();
  await world.start([ruleOf("PT1H P1D")], { ownership });
  ownership.give("home", true);
  await world.advance(15_000);
  expect(world.creations()).toHaveLength(1);
  ownership.give("home", false);
  await world.advance(2_000);
  ownership.give("home", true);
  await world.advance(3 * HOUR);
  const times = world.creations().map(({ at }) => at);
  expect(times).toHaveLength(3);
  for (const [index, at] of times.slice(1).entries())
    expect(at - (times[index] as number)).toBeGreaterThan(HOUR - MINUTE);
});

it("rule 14: as many snapshots as a namespace may have are a full limit, for its disks alone", async () => {
  const world = new SchedulerWorld();
  const disks = ["a", "b", "c"].map((id) => ({ location: "home", id }));
  const [a, b, c] = disks as [(typeof disks)[0], (typeof disks)[0], (typeof disks)[0]];
  const rules = [
    ruleOf("PT1H P2D", { disk: a, namespace: "greedy" }),
    ruleOf("PT1H P2D", { disk: b, namespace: "greedy" }),
    ruleOf("PT1H PT10H", { disk: c, namespace: "honest" }),
  ];
  await world.start(rules, { policy: { maxSnapshotsPerNamespace: 20 } });
  await world.advance(2 * DAY);
  expect(world.count(a) + world.count(b)).toBeLessThanOrEqual(22);
  expect(world.count(c)).toBe(11);
  for (const disk of disks)
    expect(world.snapshots(disk).at(-1)?.createdAt.getTime()).toBeGreaterThan(world.clock.now() - 2 * HOUR);
});
