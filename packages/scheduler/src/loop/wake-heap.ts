import { BinaryHeap } from "../binary-heap.ts";
import type { Monotonic } from "../state/time.ts";

interface Entry {
  readonly key: string;
  readonly at: Monotonic;
}

/**
 * Who is to be woken when. Setting a time costs O(log n), and finding those that are due costs what is due, not what
 * exists. A time that was replaced stays in the heap until its turn comes, and is passed over then.
 */
export class WakeHeap {
  readonly #times = new Map<string, Monotonic>();
  readonly #heap = new BinaryHeap<Entry>((a, b) => a.at < b.at);

  /** The earliest; infinity if none is set. */
  get nextAt(): Monotonic {
    return this.#dropStale()?.at ?? Number.POSITIVE_INFINITY;
  }

  /** @param at - infinity: not to be woken */
  set(key: string, at: Monotonic): void {
    if (this.#times.get(key) === at) return;
    if (at === Number.POSITIVE_INFINITY) {
      this.#times.delete(key);
      return;
    }
    this.#times.set(key, at);
    this.#heap.push({ key, at });
    if (this.#heap.size > 64 && this.#heap.size > 4 * this.#times.size) this.#rebuild();
  }

  delete(key: string): void {
    this.#times.delete(key);
  }

  /** Takes out all whose time has come. */
  takeDue(now: Monotonic): string[] {
    const due: string[] = [];
    for (let first = this.#dropStale(); first !== undefined && first.at <= now; first = this.#dropStale()) {
      this.#heap.pop();
      this.#times.delete(first.key);
      due.push(first.key);
    }
    return due;
  }

  /** @returns the first of those that are left */
  #dropStale(): Entry | undefined {
    let { first } = this.#heap;
    while (first !== undefined && this.#times.get(first.key) !== first.at) {
      this.#heap.pop();
      first = this.#heap.first;
    }
    return first;
  }

  #rebuild(): void {
    this.#heap.clear();
    for (const [key, at] of this.#times) this.#heap.push({ key, at });
  }
}
