import type { Monotonic } from "../state/time.ts";

/**
 * Keeps to a number of calls a second: a bucket of one second's tokens, so that a burst after a pause is no larger than
 * what a second allows.
 */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #size: number;
  #tokens: number;
  #filledAt: Monotonic;

  /** @param perSecond - may be less than one; infinity: no limit */
  constructor(perSecond: number, now: Monotonic) {
    this.#perSecond = perSecond;
    this.#size = Math.max(1, perSecond);
    this.#tokens = this.#size;
    this.#filledAt = now;
  }

  /** When the next call may begin: `now` or earlier if it may at once. */
  nextAt(now: Monotonic): Monotonic {
    this.#fill(now);
    return this.#tokens >= 1 ? now : now + Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1_000);
  }

  /** A call begins. */
  take(now: Monotonic): void {
    this.#fill(now);
    this.#tokens--;
  }

  /** A call that was begun was not sent. */
  giveBack(): void {
    this.#tokens = Math.min(this.#size, this.#tokens + 1);
  }

  #fill(now: Monotonic): void {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return;
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#tokens = Math.min(this.#size, this.#tokens + (elapsed / 1_000) * this.#perSecond);
    this.#filledAt = now;
  }
}
