import type { Clock } from "../../src/clock.ts";
import type { VirtualClock } from "../../src/testing/index.ts";

/**
 * The clock of one process, which can be stopped as by SIGSTOP: time goes on, and nothing that waits for it happens until
 * the process goes on. Then all happens at once, the one that waits longest first.
 */
export class PausableClock implements Clock {
  readonly #clock: VirtualClock;
  #isPaused = false;
  #isKilled = false;
  #held: (() => void)[] = [];

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  wall(): number {
    return this.#clock.wall();
  }

  after(milliseconds: number, callback: () => void): () => void {
    let isCancelled = false;
    const fire = (): void => {
      if (isCancelled || this.#isKilled) return;
      if (this.#isPaused) this.#held.push(fire);
      else callback();
    };
    const cancel = this.#clock.after(milliseconds, fire);
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.after(milliseconds, resolve));
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const fire of this.#held.splice(0)) fire();
  }

  get isKilled(): boolean {
    return this.#isKilled;
  }

  /** As by SIGKILL: nothing of the process happens any more. */
  kill(): void {
    this.#isKilled = true;
    this.#held = [];
  }
}
