import type { Clock } from "../clock.ts";
import type { Milliseconds, Monotonic } from "../state/time.ts";

/** How long work may go on before others have their turn: timers, answers, the probes of the kubelet. */
export const LONGEST_TURN: Milliseconds = 10;

/** Tells work when it has gone on for long, and lets others have their turn. */
export class Turns {
  readonly #clock: Pick<Clock, "monotonic" | "after">;
  #begunAt: Monotonic;

  constructor(clock: Pick<Clock, "monotonic" | "after">) {
    this.#clock = clock;
    this.#begunAt = clock.monotonic();
  }

  /** Whether it is time to {@link pass}. */
  get isOver(): boolean {
    return this.#clock.monotonic() - this.#begunAt > LONGEST_TURN;
  }

  /** Resolves when others had their turn. */
  async pass(): Promise<void> {
    await new Promise<void>((resolve) => void this.#clock.after(0, resolve));
    this.#begunAt = this.#clock.monotonic();
  }
}
