import { setImmediate } from "node:timers/promises";

/** How long work may keep the snapshots waiting at a stretch, in milliseconds. */
const LONGEST_SLICE_MS = 10;

/** Long work in slices: between two of them the rest of the daemon gets its turn. */
export class Slices {
  #begun = performance.now();

  /** Whether it is time to {@link rest}. */
  get isOver(): boolean {
    return performance.now() - this.#begun > LONGEST_SLICE_MS;
  }

  /** Lets the others have their turn. */
  async rest(): Promise<void> {
    await setImmediate();
    this.#begun = performance.now();
  }
}
