import { expect, it } from "vitest";
import { wholeCount } from "../../../../test-support/whole-count.ts";
import { MINUTE } from "../../src/state/time.ts";
import { seededRandom } from "../../src/testing/index.ts";
import { type Replica, ReplicaWorld } from "./replica-world.ts";

/** `REPLICA_SEEDS=10000 vitest run random-replicas`: more of them, from `REPLICA_SEEDS_FROM` on. */
const seeds = Number(process.env["REPLICA_SEEDS"] ?? wholeCount(40, 3));
const from = Number(process.env["REPLICA_SEEDS_FROM"] ?? 1);

const SECOND = 1_000;
const INTERVAL = 10 * MINUTE;
const LOCATIONS = 5;

/** What happens to a replica in a bad hour. */
function trouble(world: ReplicaWorld, replica: Replica, random: () => number): void {
  const lasts = (longest: number): number => random() * longest;
  const kind = Math.floor(random() * 5);
  if (kind === 0) {
    replica.clock.pause();
    world.clock.after(lasts(MINUTE), () => replica.clock.resume());
  } else if (kind === 1) {
    replica.cutOff(true);
    world.clock.after(lasts(20 * MINUTE), () => replica.cutOff(false));
  } else if (kind === 2) {
    for (const one of world.replicas) one.cutOff(true);
    world.clock.after(lasts(15 * MINUTE), () => {
      for (const one of world.replicas) one.cutOff(false);
    });
  } else {
    if (kind === 3) replica.clock.kill();
    else replica.stop();
    world.clock.after(lasts(30 * SECOND), () => world.start());
  }
}

/** What the history of a world shows that must not be. */
function faultsOf(world: ReplicaWorld, coincidences: string[]): string[] {
  const faults: string[] = [];
  const deleters = new Map<string, number>();
  for (const { what, id = "", replica, isOwner, location } of world.changes) {
    if (what !== "delete") continue;
    if (!isOwner) faults.push(`replica ${replica} deletes ${id} of ${location}, which is another's`);
    if ((deleters.get(id) ?? replica) !== replica) faults.push(`${id} is deleted by two replicas`);
    deleters.set(id, replica);
  }
  for (const { disk } of world.rules) {
    const times = [...world.storage.snapshots(disk.location)].map(({ createdAt }) => createdAt.getTime()).sort();
    for (const [index, { at, isOwners }] of world.made(disk).entries()) {
      const before = world.made(disk)[index - 1];
      if (before === undefined || at - before.at >= INTERVAL - MINUTE) continue;
      // Who cannot reach the API server and who has just taken over may find the same one overdue in the same moment.
      if (isOwners && before.isOwners) faults.push(`${disk.id} has two within ${(at - before.at) / SECOND} s`);
      else coincidences.push(disk.id);
    }
    const newest = times.at(-1) ?? 0;
    if (world.clock.now() - newest > INTERVAL + MINUTE) faults.push(`${disk.id} has had nothing for long`);
  }
  const servers = world.servers();
  for (const { disk } of world.rules) {
    const count = servers.get(disk.location)?.length ?? 0;
    if (count !== 1) faults.push(`${disk.location} is served by ${count}`);
  }
  return faults;
}

it(`in ${seeds} random hours of several replicas nothing is made or deleted twice`, {
  timeout: seeds * 20_000,
}, async () => {
  const failing: Record<number, readonly string[]> = {};
  const coincidences: string[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    const random = seededRandom(seed);
    const world = new ReplicaWorld(LOCATIONS, "PT10M PT30M");
    world.start(3);
    for (let hour = 0; hour < 8; hour++) {
      await world.advance(random() * 10 * MINUTE);
      const alive = world.replicas.filter((replica) => replica.isRunning);
      const replica = alive[Math.floor(random() * alive.length)];
      if (replica !== undefined) trouble(world, replica, random);
    }
    await world.advance(40 * MINUTE);
    const faults = faultsOf(world, coincidences);
    if (faults.length > 0) failing[seed] = faults;
  }
  expect(failing).toEqual({});
  expect(coincidences.length).toBeLessThanOrEqual(Math.ceil(seeds / 25));
});
