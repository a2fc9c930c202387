const FIRST_MS = 500;
const LONGEST_MS = 5_000;

/**
 * How long to wait after one failure and the next: twice as long each time, up to five seconds, and each time by chance
 * between half of that and the whole, so that those who failed together do not come back together.
 */
export class Backoff {
  readonly #random: () => number;
  #failures = 0;

  /** @param random - as `Math.random` */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds to wait after one more failure; at least `atLeastMs`. */
  next(atLeastMs = 0): number {
    const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    return Math.max(atLeastMs, longest * (0.5 + this.#random() / 2));
  }

  /** It works again. */
  reset(): void {
    this.#failures = 0;
  }
}
