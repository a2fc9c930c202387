import { describe, expect, it } from "vitest";
import type { LocationOwnership, Tenant, Tenure } from "../../src/index.ts";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { addHistory, homeDisk, ruleOf, SchedulerWorld } from "../../src/testing/index.ts";

/** An ownership that a test gives and takes. */
class GivenOwnership implements LocationOwnership {
  readonly #tenants = new Map<string, Tenant>();
  released = 0;

  /** What is found out only when a request is about to leave. */
  lapse: (() => void) | undefined;

  acquire({ location }: { readonly location: string }, tenant: Tenant): ReturnType<LocationOwnership["acquire"]> {
    this.#tenants.set(location, tenant);
    return {
      isHeld: () => {
        this.lapse?.();
        return this.lapse === undefined;
      },
      release: () => void this.released++,
    };
  }

  give(location: string, tenure: Tenure): Promise<void> | undefined {
    return this.#tenants.get(location)?.onTenure(tenure);
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
  await ownership.give("home", "owner");
  await world.advance(2 * HOUR);
  expect(world.eventsOf("snapshot.accepted").length).toBeGreaterThan(0);

  void ownership.give("home", "none");
  const calls = world.calls.length;
  const there = world.count(homeDisk);
  await world.advance(10 * HOUR);
  expect(world.calls).toHaveLength(calls);
  expect(world.count(homeDisk)).toBe(there);

  await ownership.give("home", "owner");
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
  await ownership.give("home", "owner");
  await world.advance(15_000);
  expect(world.creations()).toHaveLength(1);
  void ownership.give("home", "none");
  await world.advance(2_000);
  await ownership.give("home", "owner");
  await world.advance(3 * HOUR);
  const times = world.creations().map(({ at }) => at);
  expect(times).toHaveLength(3);
  for (const [index, at] of times.slice(1).entries())
    expect(at - (times[index] as number)).toBeGreaterThan(HOUR - MINUTE);
});

describe("a location whose Lease could not be renewed", () => {
  it("nothing is deleted, and what is due is taken some minutes late, after a list that lacks it", async () => {
    const world = new SchedulerWorld();
    const ownership = new GivenOwnership();
    addHistory(world.storage, { schedule: "PT1H PT5H", count: 12, newest: world.clock.now() - MINUTE });
    await world.start([ruleOf("PT1H PT5H")], { ownership });
    await ownership.give("home", "owner");
    await world.advance(30 * MINUTE);
    const deleted = world.deletions().length;
    expect(deleted).toBeGreaterThan(0);

    void ownership.give("home", "lapsed");
    await world.advance(6 * HOUR);
    expect(world.deletions()).toHaveLength(deleted);
    expect(world.reasons()).toContain("OwnershipLapsed");
    const late = world.eventsOf("snapshot.accepted").map(({ lateness }) => lateness / MINUTE);
    expect(late).toHaveLength(5);
    expect(Math.min(...late)).toBeGreaterThan(5);
    expect(Math.max(...late)).toBeLessThan(10);
  });

  it("nothing is taken while another replica serves it", async () => {
    const world = new SchedulerWorld();
    const ownership = new GivenOwnership();
    const rules = [ruleOf("PT1H P1D")];
    await world.start(rules, { ownership });
    await ownership.give("home", "owner");
    await world.advance(HOUR + MINUTE);
    void ownership.give("home", "lapsed");
    const made = world.creations().length;
    await world.start(rules);
    await world.advance(12 * HOUR);
    const times = world.snapshots(homeDisk).map(({ createdAt }) => createdAt.getTime());
    const gaps = times.slice(1).map((time, index) => time - (times[index] as number));
    expect(world.creations().length - made).toBe(12);
    expect(Math.min(...gaps)).toBeGreaterThan(HOUR - MINUTE);
  });

  it("a disk without any snapshot gets its first after some minutes", async () => {
    const world = new SchedulerWorld();
    const ownership = new GivenOwnership();
    const { scheduler } = await world.start([ruleOf("PT1H P1D")], { ownership });
    await ownership.give("home", "owner");
    await world.advance(MINUTE);
    void ownership.give("home", "lapsed");
    const disk = { location: "home", id: "new" };
    world.storage.addDisk(disk);
    scheduler.updateRules({ set: [ruleOf("PT1H P1D", { disk })], removed: [] });
    await world.advance(3 * MINUTE);
    expect(world.creations(disk)).toEqual([]);
    await world.advance(6 * MINUTE);
    expect(world.creations(disk)).toHaveLength(1);
  });

  it("what was sent while it was ours is cut short, and what waits is not sent", async () => {
    const world = new SchedulerWorld({ latencyMs: 10_000 });
    const ownership = new GivenOwnership();
    addHistory(world.storage, { schedule: "PT1H PT5H", count: 12, newest: world.clock.now() - HOUR });
    await world.start([ruleOf("PT1H PT5H")], { ownership, concurrency: 1 });
    await ownership.give("home", "owner");
    await world.advance(12_000);
    const calls = world.calls.filter(({ operation }) => operation !== "listSnapshots").length;
    expect(calls).toBeGreaterThan(0);
    void ownership.give("home", "lapsed");
    await world.advance(2 * MINUTE);
    expect(world.calls.filter(({ operation }) => operation !== "listSnapshots")).toHaveLength(calls);
    expect([...world.eventsOf("snapshot.expired"), ...world.eventsOf("snapshot.accepted")]).toEqual([]);
  });

  it("that it has lapsed is found out right before a request leaves, too", async () => {
    const world = new SchedulerWorld();
    const ownership = new GivenOwnership();
    addHistory(world.storage, { schedule: "PT1H PT5H", count: 12, newest: world.clock.now() - HOUR });
    await world.start([ruleOf("PT1H PT5H")], { ownership });
    ownership.lapse = () => void ownership.give("home", "lapsed");
    await ownership.give("home", "owner");
    await world.advance(2 * MINUTE);
    expect([world.creations(), world.deletions()]).toEqual([[], []]);
  });
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
