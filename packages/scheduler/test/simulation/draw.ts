import { seededRandom } from "../../src/testing/index.ts";

/** Random choices for one purpose: the same for the same seed, whatever other purposes draw. */
export class Draw {
  readonly #random: () => number;

  constructor(seed: number, purpose: string) {
    let hash = seed >>> 0;
    for (let index = 0; index < purpose.length; index++) {
      hash = Math.imul(hash ^ purpose.charCodeAt(index), 0x01000193) ^ (hash >>> 13);
    }
    this.#random = seededRandom(hash);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  between(low: number, high: number): number {
    return low + this.#random() * (high - low);
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }

  /** Some of the items, each with that chance. */
  some<T>(items: readonly T[], share: number): T[] {
    return items.filter(() => this.chance(share));
  }
}
