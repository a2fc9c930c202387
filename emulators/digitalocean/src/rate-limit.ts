import { ApiError } from "./api-error.ts";

/** @see {@link https://docs.digitalocean.com/reference/api/reference/#rate-limit} */
export interface RateLimits {
  readonly perHour: number;
  readonly perMinute: number;
}

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** Counts the requests of each token, as the vendor does: each stops counting an hour after it came. */
export class RateLimit {
  readonly #limits: RateLimits;
  readonly #now: () => number;
  readonly #times = new Map<string, number[]>();

  constructor(limits: RateLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Those of an answer to a request without a good token: it is not counted. */
  headersOfNobody(): Record<string, string> {
    return this.#headers(Math.min(this.#limits.perHour, this.#limits.perMinute), this.#now());
  }

  /**
   * Counts a request.
   *
   * @returns the headers of its answer
   * @throws {ApiError} 429
   */
  count(token: string): Record<string, string> {
    const now = this.#now();
    const times = (this.#times.get(token) ?? []).filter((time) => now - time < hourMs);
    this.#times.set(token, times);
    const lastMinute = times.filter((time) => now - time < minuteMs);
    const left = Math.min(this.#limits.perHour - times.length, this.#limits.perMinute - lastMinute.length);
    const headers = (remaining: number): Record<string, string> => this.#headers(remaining, times[0] ?? now);
    if (left > 0) {
      times.push(now);
      return headers(left - 1);
    }
    const freeAt =
      times.length >= this.#limits.perHour ? (times[0] ?? now) + hourMs : (lastMinute[0] ?? now) + minuteMs;
    throw new ApiError(429, "too_many_requests", "API rate limit exceeded.", {
      ...headers(0),
      "retry-after": String(Math.ceil((freeAt - now) / 1000)),
    });
  }

  #headers(remaining: number, since: number): Record<string, string> {
    return {
      "ratelimit-limit": String(this.#limits.perHour),
      "ratelimit-remaining": String(remaining),
      "ratelimit-reset": String(Math.ceil((since + hourMs) / 1000)),
    };
  }
}
