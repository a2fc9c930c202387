/** A clock that stands until it is advanced, and what waits for it. */
export class VirtualClock {
  now: number = Date.UTC(2026, 0, 1);
  readonly #waiting = new Set<{ readonly at: number; readonly resolve: () => void }>();

  advance(milliseconds: number): void {
    this.now += milliseconds;
    for (const wait of this.#waiting) {
      if (wait.at > this.now) continue;
      this.#waiting.delete(wait);
      wait.resolve();
    }
  }

  /** Resolves once the clock was advanced that far; rejects if the signal fires. */
  delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const wait = { at: this.now + milliseconds, resolve };
    this.#waiting.add(wait);
    signal?.addEventListener(
      "abort",
      () => {
        this.#waiting.delete(wait);
        reject(signal.reason);
      },
      { once: true },
    );
    return promise;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }
}
