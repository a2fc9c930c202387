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
  readonly #timers: Timer[] = [];

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
    this.#push(timer);
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
    while (this.#timers[0] !== undefined && this.#timers[0].at <= end) {
      this.#now = this.#timers[0].at;
      let fired = false;
      while (this.#timers[0] !== undefined && this.#timers[0].at <= this.#now) {
        const { fire } = this.#pop();
        fired ||= fire !== undefined;
        fire?.();
      }
      if (fired) await allSettled();
    }
    this.#now = end;
  }

  #push(timer: Timer): void {
    const timers = this.#timers;
    let index = timers.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(timer, timers[parent] as Timer)) break;
      timers[index] = timers[parent] as Timer;
      index = parent;
    }
    timers[index] = timer;
  }

  #pop(): Timer {
    const timers = this.#timers;
    const first = timers[0] as Timer;
    const last = timers.pop() as Timer;
    if (timers.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= timers.length) break;
      if (child + 1 < timers.length && isBefore(timers[child + 1] as Timer, timers[child] as Timer)) child++;
      if (!isBefore(timers[child] as Timer, last)) break;
      timers[index] = timers[child] as Timer;
      index = child;
    }
    timers[index] = last;
    return first;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}

/** All promises that can settle without time passing have settled. */
function allSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
