import { DAY, HOUR, MINUTE } from "../../../src/state/time.ts";
import type { Draw } from "../draw.ts";
import type { Switch } from "../switches.ts";
import type { SwarmWorld } from "../world/swarm-world.ts";
import { clusters } from "../world/world-plan.ts";
import { after, atMoments, lasting, type Trouble } from "./moments.ts";

/** Processes end and begin, and their clocks go wrong. */
export const processTroubles: Partial<Record<Switch, Trouble>> = {
  restarts: (world, draw) =>
    atMoments(world, draw, draw.pick([2, 5, 15]), () => endAndStart(world, draw, false, draw.between(0, 0.2))),

  kills: (world, draw) =>
    atMoments(world, draw, draw.pick([2, 5, 15]), () => endAndStart(world, draw, true, draw.between(0, 0.2))),

  outage: (world, draw) =>
    atMoments(world, draw, 1, () => endAndStart(world, draw, draw.chance(0.5), draw.between(3, 15))),

  "two-daemons": (world, draw) => {
    const { troubleFrom, troubleUntil } = world.plan;
    after(world, draw.between(0, troubleFrom), () => {
      const second = world.startProcess(clusters[0], wallErrorOf(world));
      after(world, draw.between(world.passed, troubleUntil), () => second.stop());
    });
  },

  "clock-steps": (world, draw) =>
    atMoments(world, draw, 2, () => {
      const error = draw.pick([-400 * DAY, -DAY, -HOUR, -6 * MINUTE, 6 * MINUTE, HOUR, DAY, 400 * DAY]);
      const step = (to: number) => {
        for (const { clock, record } of world.running()) {
          record.steppedAt = world.clock.now();
          clock.wallError = to;
        }
      };
      step(error);
      after(world, world.passed + lasting(world, draw, 0.1, 6), () => step(0));
    }),

  ownership: (world, draw) =>
    atMoments(world, draw, 3, () => {
      const process = draw.pick(world.running());
      process?.own(false, world.clock.now());
      after(world, world.passed + lasting(world, draw, 0.01, 2), () => process?.own(true, world.clock.now()));
    }),
};

/** How wrong the wall clock of processes is that start now. */
export function wallErrorOf(world: SwarmWorld): number {
  if (!world.plan.on.has("clock-wrong") || world.passed >= world.plan.troubleUntil) return 0;
  return [400 * DAY, -400 * DAY, HOUR, -HOUR][world.plan.seed % 4] as number;
}

function endAndStart(world: SwarmWorld, draw: Draw, isKilled: boolean, intervals: number): void {
  const process = draw.pick(world.running());
  if (process === undefined) return;
  const { cluster } = process.record;
  if (isKilled) process.kill();
  else process.stop();
  const pause = Math.min(intervals * world.plan.shortest, Math.max(1, world.plan.troubleUntil - world.passed - 1));
  after(world, world.passed + pause, () => {
    if (world.running(cluster).length === 0) world.startProcess(cluster, wallErrorOf(world));
  });
}
