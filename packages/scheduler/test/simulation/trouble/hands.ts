import { HOLD_LABEL, type Snapshot } from "@k8s-snapshots/backend-api";
import { DAY, HOUR } from "../../../src/state/time.ts";
import { labelsOfRequest } from "../../../src/testing/index.ts";
import type { Draw } from "../draw.ts";
import type { Switch } from "../switches.ts";
import type { SwarmWorld } from "../world/swarm-world.ts";
import { clusters } from "../world/world-plan.ts";
import { after, atMoments, lasting, type Trouble } from "./moments.ts";

/** People and other tools at work on the same storage system. */
export const handTroubles: Partial<Record<Switch, Trouble>> = {
  "delete-by-hand": (world, draw) =>
    atMoments(world, draw, 4, () => {
      const all = anyOurs(world, draw);
      const chosen = draw.chance(0.3) ? all.slice(-draw.integer(1, 3)) : draw.some(all, draw.pick([0.1, 0.4]));
      for (const { id } of chosen) void world.deleteByHand(id);
    }),

  holds: (world, draw) =>
    atMoments(world, draw, 5, () => {
      for (const { id } of draw.some(anyOurs(world, draw), 0.2)) {
        setHold(world, id, true);
        if (draw.chance(0.6)) after(world, world.passed + lasting(world, draw, 1, 10), () => setHold(world, id, false));
      }
    }),

  "recycle-bin": (world, draw) =>
    atMoments(world, draw, 3, () => {
      const { disk, cluster } = draw.pick(world.plan.disks);
      const deleted = world.witness.everOf(disk.id).filter(({ gone, origin }) => gone && origin !== "foreign");
      for (const { createdAt, schedule, id } of draw.some(deleted, draw.pick([0.2, 1])).slice(0, 60)) {
        if (schedule === undefined) continue;
        const key = `bin-${id}-${world.passed.toFixed(0)}`;
        const labels = labelsOfRequest(disk, createdAt, { schedule, cluster, held: 5, key });
        world.put("history", cluster, { disk, createdAt: new Date(createdAt), labels });
      }
    }),

  foreign: (world, draw) =>
    atMoments(world, draw, 6, () => {
      const { disk } = draw.pick(world.plan.disks);
      const createdAt = new Date(Math.round(world.clock.now() - draw.between(0, 30) * world.plan.shortest));
      const author = { "created-by": "k8s-snapshots" };
      const labels = draw.pick([
        {},
        { "created-by": "someone" },
        { ...author, "velero.io/backup": "nightly" },
        { ...author, "aws:backup:source-resource": "volume" },
        labelsOfRequest(disk, createdAt.getTime(), { schedule: "PT1H PT2H", cluster: "cluster-3", policy: "expire" }),
      ]);
      world.put("foreign", "cluster-3", { disk, createdAt, labels });
    }),

  copies: (world, draw) =>
    atMoments(world, draw, 4, () => {
      for (const { labels, diskId } of draw.some(anyOurs(world, draw), 0.2)) {
        const marks = labels["k8s-snapshots/marks"];
        if (marks === undefined) continue;
        const { disk } = draw.pick(world.plan.disks);
        const requestedAt = Number.parseInt(marks.split("-")[4] as string, 36) * 1_000;
        const soonest = disk.id === diskId ? requestedAt + HOUR + 60_000 : requestedAt;
        if (requestedAt === 0 || soonest > world.clock.now()) continue;
        const createdAt = new Date(Math.round(draw.between(soonest, world.clock.now())));
        world.put("copy", undefined, { disk, createdAt, labels });
      }
    }),

  unknown: (world, draw) =>
    atMoments(world, draw, 3, () => {
      for (const { id, state } of draw.some(anyOurs(world, draw), 0.1)) {
        if (state !== "ready") continue;
        setState(world, id, "unknown");
        if (draw.chance(0.8))
          after(world, world.passed + lasting(world, draw, 1, 6), () => setState(world, id, "ready"));
      }
    }),

  future: (world, draw) =>
    atMoments(world, draw, 1, () => {
      const { disk, cluster, schedule } = draw.pick(world.plan.disks);
      const createdAt = world.clock.now() + draw.pick([10 * 60_000, DAY, 400 * DAY]);
      const labels = labelsOfRequest(disk, createdAt, { schedule, cluster, since: createdAt, held: 5, key: "future" });
      world.put("history", cluster, { disk, createdAt: new Date(createdAt), labels });
    }),

  undeletable: (world, draw) =>
    atMoments(world, draw, 3, () => {
      for (const { id } of draw.some(anyOurs(world, draw), 0.15)) {
        // One reason is enough: with two it would stay so when one of them ends.
        if (world.faults.isUndeletable(id)) continue;
        const set = draw.chance(0.5)
          ? (on: boolean) => world.storage.setInUse({ id, location: "home" }, on)
          : (on: boolean) => world.storage.setLocked({ id, location: "home" }, on);
        const setFor = (on: boolean): void => {
          set(on);
          if (on) world.faults.undeletable.add(id);
          else world.faults.undeletable.delete(id);
        };
        setFor(true);
        if (draw.chance(0.3))
          after(world, world.passed + lasting(world, draw, 1, 10), () => ifThere(world, id, () => setFor(false)));
      }
    }),
};

function anyOurs(world: SwarmWorld, draw: Draw): readonly Snapshot[] {
  const { disk } = draw.pick(world.plan.disks);
  return world.witness.there(disk.id).filter(({ id }) => clusters.some((cluster) => world.witness.isOurs(id, cluster)));
}

function setHold(world: SwarmWorld, id: string, isHeld: boolean): void {
  ifThere(world, id, ({ labels }) => {
    world.witness.touch(id);
    const { [HOLD_LABEL]: _, ...rest } = labels;
    world.storage.setLabels({ id, location: "home" }, isHeld ? { ...rest, [HOLD_LABEL]: "true" } : rest);
  });
}

function setState(world: SwarmWorld, id: string, state: "unknown" | "ready"): void {
  ifThere(world, id, () => {
    world.witness.touch(id);
    world.storage.setState({ id, location: "home" }, state);
  });
}

function ifThere(world: SwarmWorld, id: string, act: (snapshot: Snapshot) => void): void {
  const snapshot = world.storage.snapshot({ id, location: "home" });
  if (snapshot !== undefined) act(snapshot);
}
