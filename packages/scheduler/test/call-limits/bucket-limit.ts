import { BackendError } from "@k8s-snapshots/backend-api";
import type { VirtualClock } from "../../src/testing/index.ts";

/** A limit as clouds have it: so many calls are saved up at most, and so many come back each second. */
export class BucketLimit {
  /** How many calls it let through, and how many it throttled. */
  passed = 0;
  throttled = 0;
  perSecond: number;
  readonly #clock: VirtualClock;
  readonly #capacity: number;
  #tokens: number;
  #filledAt: number;

  constructor(clock: VirtualClock, perSecond: number, capacity: number) {
    this.#clock = clock;
    this.perSecond = perSecond;
    this.#capacity = capacity;
    this.#tokens = capacity;
    this.#filledAt = clock.now();
  }

  /** @returns the error of a call that is throttled */
  take(): BackendError | undefined {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#capacity, this.#tokens + ((now - this.#filledAt) / 1_000) * this.perSecond);
    this.#filledAt = now;
    // Sums of fractions are not exact.
    if (this.#tokens < 1 - 1e-9) {
      this.throttled++;
      return new BackendError("throttled", "Request limit exceeded.", { scope: "location" });
    }
    this.#tokens--;
    this.passed++;
    return undefined;
  }
}
