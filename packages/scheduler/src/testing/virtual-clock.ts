import { BinaryHeap } from "../binary-heap.ts";
import type { Clock } from "../clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  fire: (() => void) | undefined;
}

/** A clock that stands still until it is told to go on, and then goes from timer to timer. */
export class VirtualClock implements Clock {
  /** How far the wall clock is ahead of the truth, in milliseconds. */
  wallError = 0;

  readonly #start: number;
  #now: number;
  #order = 0;
  readonly #timers = new BinaryHeap<Timer>((a, b) => (a.at === b.at ? a.order < b.order : a.at < b.at));

  constructor(start: number) {
    this.#start = start;
    this.#now = start;
  }

  /** Also the storage system's date, unless a test says otherwise. */
  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#start;
  }

  wall(): number {
    return this.#now + this.wallError;
  }

  after(milliseconds: number, callback: () => void): () => void {
    if (milliseconds === Number.POSITIVE_INFINITY) return () => {};
    const timer: Timer = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, fire: callback };
    this.#timers.push(timer);
    return () => {
      timer.fire = undefined;
    };
  }

  /** Resolves `milliseconds` from now. */
  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.after(milliseconds, resolve));
  }

  /** Lets everything happen until `end`, in the order of time. */
  async runUntil(end: number): Promise<void> {
    await allSettled();
    for (let next = this.#timers.first; next !== undefined && next.at <= end; next = this.#timers.first) {
      this.#now = next.at;
      if (this.#fireDue()) await allSettled();
    }
    this.#now = end;
  }

  /** @returns whether there was anything to call that was not cancelled */
  #fireDue(): boolean {
    let fired = false;
    for (let next = this.#timers.first; next !== undefined && next.at <= this.#now; next = this.#timers.first) {
      this.#timers.pop();
      fired ||= next.fire !== undefined;
      next.fire?.();
    }
    return fired;
  }
}

/** All promises that can settle without time passing have settled. */
function allSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
