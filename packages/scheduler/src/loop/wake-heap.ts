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
  #heap: Entry[] = [];

  /** The earliest; infinity if nobody waits. */
  get nextAt(): Monotonic {
    this.#dropStale();
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** @param at - infinity: not to be woken */
  set(key: string, at: Monotonic): void {
    if (this.#times.get(key) === at) return;
    if (at === Number.POSITIVE_INFINITY) {
      this.#times.delete(key);
      return;
    }
    this.#times.set(key, at);
    this.#push({ key, at });
    if (this.#heap.length > 64 && this.#heap.length > 4 * this.#times.size) this.#rebuild();
  }

  delete(key: string): void {
    this.#times.delete(key);
  }

  /** Takes out all whose time has come. */
  takeDue(now: Monotonic): string[] {
    const due: string[] = [];
    for (this.#dropStale(); this.#heap[0] !== undefined && this.#heap[0].at <= now; this.#dropStale()) {
      const { key } = this.#pop();
      this.#times.delete(key);
      due.push(key);
    }
    return due;
  }

  #dropStale(): void {
    while (this.#heap[0] !== undefined && this.#times.get(this.#heap[0].key) !== this.#heap[0].at) this.#pop();
  }

  #rebuild(): void {
    this.#heap = [];
    for (const [key, at] of this.#times) this.#push({ key, at });
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if ((heap[parent] as Entry).at <= entry.at) break;
      heap[index] = heap[parent] as Entry;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): Entry {
    const heap = this.#heap;
    const first = heap[0] as Entry;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return first;
    let index = 0;
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && (heap[child + 1] as Entry).at < (heap[child] as Entry).at) child++;
      if ((heap[child] as Entry).at >= last.at) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}
