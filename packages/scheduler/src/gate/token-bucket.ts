import type { Monotonic } from "../state/time.ts";

/** Most calls that leave at once after a pause, where the rate allows as many in a second. */
const AFTER_PAUSE = 5;

/**
 * Keeps to a number of calls a second: a bucket of one second's tokens, so that a burst after a pause is no larger than
 * what a second allows.
 */
export class TokenBucket {
  #perSecond: number;
  #tokens: number;
  #filledAt: Monotonic;

  /** @param perSecond - may be less than one; infinity: no limit */
  constructor(perSecond: number, now: Monotonic) {
    this.#perSecond = perSecond;
    this.#tokens = this.#size;
    this.#filledAt = now;
  }

  /** When the next call may begin: `now` or earlier if it may at once. */
  nextAt(now: Monotonic): Monotonic {
    this.#fill(now);
    if (this.#tokens >= 1) return now;
    return Math.max(now, this.#filledAt) + Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1_000);
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

  /** From now on it is filled at that rate. */
  fillAt(perSecond: number, now: Monotonic): void {
    this.#fill(now);
    this.#perSecond = perSecond;
    this.#tokens = Math.min(this.#size, this.#tokens);
  }

  /**
   * Nothing begins before `until`. What the storage system saves up meanwhile is used by half, so that the next call that
   * it throttles is long in coming.
   */
  pauseUntil(until: Monotonic): void {
    this.#tokens = Math.max(Math.min(this.#size, AFTER_PAUSE), this.#size / 2);
    this.#filledAt = until;
  }

  get #size(): number {
    return Math.max(1, this.#perSecond);
  }

  #fill(now: Monotonic): void {
    if (this.#perSecond === Number.POSITIVE_INFINITY) {
      this.#tokens = Number.POSITIVE_INFINITY;
      return;
    }
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#tokens = Math.min(this.#size, this.#tokens + (elapsed / 1_000) * this.#perSecond);
    this.#filledAt = Math.max(now, this.#filledAt);
  }
}
