import { describe, expect, it } from "vitest";
import { HOUR, MINUTE } from "../../src/state/time.ts";
import { ReplicaWorld } from "./replica-world.ts";

const SECOND = 1_000;

/** Every location is served by exactly one replica. */
function expectOneEach(world: ReplicaWorld, locations: number): void {
  const servers = world.servers();
  expect(servers.size).toBe(locations);
  for (const [location, replicas] of servers) expect(replicas, location).toHaveLength(1);
}

describe("replicas", () => {
  it("share the locations evenly, one owner each, whoever starts first", async () => {
    const world = new ReplicaWorld(20);
    world.start(1);
    await world.advance(10 * SECOND);
    expect(world.replicas[0]?.serves).toHaveLength(20);
    world.start(4);
    await world.advance(5 * MINUTE);
    expectOneEach(world, 20);
    expect(world.replicas.map(({ serves }) => serves.length)).toEqual([4, 4, 4, 4, 4]);
  });

  it("one that is killed is replaced within 20 seconds", async () => {
    const world = new ReplicaWorld(4);
    world.start(2);
    await world.advance(MINUTE);
    const [killed, other] = world.replicas;
    killed?.clock.kill();
    await world.advance(20 * SECOND);
    expect(other?.serves).toHaveLength(4);
  });

  it("one that ends in good order is replaced at once, and its Lease is gone", async () => {
    const world = new ReplicaWorld(4);
    world.start(2);
    await world.advance(MINUTE);
    const [ended, other] = world.replicas;
    ended?.stop();
    await world.advance(SECOND);
    expect(other?.serves).toHaveLength(4);
    expect(world.leases.view.members.size).toBe(1);
  });

  it("a location's Lease is written only when it changes hands", async () => {
    const world = new ReplicaWorld(4);
    world.start(2);
    await world.advance(MINUTE);
    const writes = world.leases.writes.length;
    await world.advance(6 * HOUR);
    expect(world.leases.writes).toHaveLength(writes);
  });

  it("one that is stopped for a minute does nothing more under what it held, and comes back as another member", async () => {
    const world = new ReplicaWorld(4);
    world.start(2);
    await world.advance(MINUTE);
    const [stopped] = world.replicas;
    const before = world.leases.view.members.size;
    stopped?.clock.pause();
    await world.advance(MINUTE);
    stopped?.clock.resume();
    await world.advance(30 * SECOND);
    expectOneEach(world, 4);
    expect(world.leases.view.members.size).toBe(before);
    expect(stopped?.events.filter(({ type }) => type === "replica.joined")).toHaveLength(2);
  });

  it("one that cannot reach the API server deletes nothing, and others take over", async () => {
    const world = new ReplicaWorld(4);
    world.start(2);
    await world.advance(7 * HOUR);
    const [cutOff, other] = world.replicas;
    cutOff?.cutOff(true);
    await world.advance(20 * SECOND);
    expect(other?.serves).toHaveLength(4);
    const from = world.clock.now();
    await world.advance(6 * HOUR);
    expect(world.changes.filter(({ replica, at }) => replica === 0 && at > from)).toEqual([]);
    cutOff?.cutOff(false);
    await world.advance(MINUTE);
    expectOneEach(world, 4);
  });

  it("while the API server is away for all, what is overdue is taken, nothing is deleted, and nothing twice", async () => {
    const world = new ReplicaWorld(4);
    world.start(2);
    await world.advance(7 * HOUR);
    for (const replica of world.replicas) replica.cutOff(true);
    await world.advance(MINUTE);
    const from = world.clock.now();
    await world.advance(5 * HOUR);
    const during = world.changes.filter(({ at }) => at > from);
    expect(during.filter(({ what }) => what === "delete")).toEqual([]);
    const byLocation = Map.groupBy(during, ({ location }) => location);
    expect([...byLocation.values()].map((changes) => changes.length)).toEqual([4, 4, 4, 4]);
    for (const replica of world.replicas) replica.cutOff(false);
    await world.advance(MINUTE);
    expectOneEach(world, 4);
  });
});
