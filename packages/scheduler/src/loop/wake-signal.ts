import type { Clock } from "../clock.ts";

/** Lets one waiter sleep until its time comes or something happened, also something that happened just before. */
export class WakeSignal {
  #fired = false;
  #wake: (() => void) | undefined;

  fire(): void {
    this.#fired = true;
    this.#wake?.();
  }

  /** Resolves after `milliseconds`, or when {@link fire} is called. */
  async wait(clock: Clock, milliseconds: number): Promise<void> {
    if (!this.#fired) {
      await new Promise<void>((resolve) => {
        const cancel = clock.after(milliseconds, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
      this.#wake = undefined;
    }
    this.#fired = false;
  }
}
