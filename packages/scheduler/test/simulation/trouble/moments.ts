import type { Milliseconds } from "../../../src/state/time.ts";
import type { Draw } from "../draw.ts";
import type { SwarmWorld } from "../world/swarm-world.ts";

/** Sets up what one switch does to a world. */
export type Trouble = (world: SwarmWorld, draw: Draw) => void;

/** Does something at `count` moments of the troubled time, in the order of time. */
export function atMoments(world: SwarmWorld, draw: Draw, count: number, act: () => void): void {
  const { troubleFrom, troubleUntil } = world.plan;
  for (let index = 0; index < count; index++) after(world, draw.between(troubleFrom, troubleUntil), act);
}

/** Does something when the world has been there for so long. */
export function after(world: SwarmWorld, passed: Milliseconds, act: () => void): void {
  world.clock.after(world.start + Math.round(passed) - world.clock.now(), act);
}

/** For how long something lasts: some intervals, and never beyond the end of the troubled time. */
export function lasting(world: SwarmWorld, draw: Draw, low: number, high: number): Milliseconds {
  const wanted = draw.between(low, high) * world.plan.shortest;
  return Math.max(1, Math.floor(Math.min(wanted, world.plan.troubleUntil - world.passed - 1)));
}
