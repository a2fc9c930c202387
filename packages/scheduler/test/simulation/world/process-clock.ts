import type { Clock } from "../../../src/index.ts";
import type { VirtualClock } from "../../../src/testing/index.ts";

/** A process's clocks: the world's time, with a wall clock that may be wrong. */
export class ProcessClock implements Clock {
  /** How far the wall clock is ahead of the truth. */
  wallError = 0;

  readonly #world: VirtualClock;
  readonly #start: number;

  constructor(world: VirtualClock) {
    this.#world = world;
    this.#start = world.now();
  }

  monotonic(): number {
    return this.#world.now() - this.#start;
  }

  wall(): number {
    return this.#world.now() + this.wallError;
  }

  after(milliseconds: number, callback: () => void): () => void {
    return this.#world.after(milliseconds, callback);
  }
}
