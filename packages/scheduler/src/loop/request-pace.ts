/**
 * Keeps to a number of requests a second: a bucket of one second's tokens, so that a burst after a pause is no larger
 * than what a second allows.
 */
export class RequestPace {
  readonly #perSecond: number;
  readonly #size: number;
  #tokens: number;
  #filledAt: number;

  /** @param perSecond - may be less than one; infinity: no limit */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#size = Math.max(1, perSecond);
    this.#tokens = this.#size;
    this.#filledAt = now;
  }

  /** When the next request may begin, in milliseconds since 1970: `now` or earlier if it may at once. */
  nextAt(now: number): number {
    this.#fill(now);
    return this.#tokens >= 1 ? now : now + Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1_000);
  }

  /** A request begins. */
  take(now: number): void {
    this.#fill(now);
    this.#tokens--;
  }

  #fill(now: number): void {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return;
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#tokens = Math.min(this.#size, this.#tokens + (elapsed / 1_000) * this.#perSecond);
    this.#filledAt = now;
  }
}
