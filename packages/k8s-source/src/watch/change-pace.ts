import type { Clock } from "../clock.ts";

/** An object that changes no more often than this never waits. */
const LEAST_GAP_MS = 1_000;
const MOST_GAP_MS = 60_000;

interface Admission {
  readonly at: number;
  readonly gapMs: number;
}

/**
 * Lets an object that changes again and again wait, by itself: a second after its last change was admitted, then two, up to
 * a minute for as long as it goes on so. Whoever rewrites an annotation in a loop costs the others nothing.
 */
export class ChangePace implements Disposable {
  readonly #clock: Clock;
  readonly #onDue: (path: string) => void;
  /** The last one at the end. */
  readonly #admitted: Map<string, Admission> = new Map();
  readonly #waiting: Map<string, () => void> = new Map();

  /** @param onDue - called when a change that was not admitted at once is due */
  constructor(clock: Clock, onDue: (path: string) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Whether a change of the object is to be taken over now; if not, it will be due. */
  admits(path: string): boolean {
    const now = this.#clock.now();
    this.#forgetQuietOnes(now);
    if (this.#waiting.has(path)) return false;
    const last = this.#admitted.get(path);
    if (last === undefined || now - last.at >= last.gapMs) {
      this.#admit(path, { at: now, gapMs: LEAST_GAP_MS });
      return true;
    }
    const cancel = this.#clock.schedule(last.at + last.gapMs - now, () => {
      this.#waiting.delete(path);
      this.#admit(path, { at: this.#clock.now(), gapMs: Math.min(2 * last.gapMs, MOST_GAP_MS) });
      this.#onDue(path);
    });
    this.#waiting.set(path, cancel);
    return false;
  }

  /** What waits is not due any more. */
  [Symbol.dispose](): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #admit(path: string, admission: Admission): void {
    this.#admitted.delete(path);
    this.#admitted.set(path, admission);
  }

  #forgetQuietOnes(now: number): void {
    for (const [path, { at, gapMs }] of this.#admitted) {
      if (now - at < gapMs) return;
      this.#admitted.delete(path);
    }
  }
}
