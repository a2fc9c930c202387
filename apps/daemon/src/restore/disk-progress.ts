import type { RestoreProgress } from "@k8s-snapshots/backend-api";

/** The first time that it is said that a disk is still being made, in milliseconds after the beginning. */
const FIRST_WORD_MS = 10_000;

/**
 * Says how far a disk is that is being made, and never much: once for each tenth, and each word of the storage system; where
 * nothing is heard, that it goes on, after 10 s, 20 s, 40 s and so on. A hundred GiB that take a day are some 15 lines.
 */
export class DiskProgress implements Disposable {
  readonly #say: (progress: RestoreProgress) => void;
  readonly #states = new Set<string>();
  #last: RestoreProgress = {};
  #tenths = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(say: (progress: RestoreProgress) => void) {
    this.#say = say;
    this.#sayLater(FIRST_WORD_MS);
  }

  /** What the backend says. */
  hear(progress: RestoreProgress): void {
    const { fraction = 0, state } = progress;
    this.#last = progress;
    const tenths = Math.floor(fraction * 10);
    const isNew = tenths > this.#tenths || (state !== undefined && !this.#states.has(state) && this.#states.size < 10);
    if (state !== undefined) this.#states.add(state);
    this.#tenths = Math.max(tenths, this.#tenths);
    if (isNew) this.#say(progress);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #sayLater(wait: number): void {
    this.#timer = setTimeout(() => {
      this.#say(this.#last);
      this.#sayLater(2 * wait);
    }, wait);
  }
}
