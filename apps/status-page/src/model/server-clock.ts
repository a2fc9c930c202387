/** The daemon's time, by this machine's clock: the two may differ, and ages are the daemon's. */
export class ServerClock {
  #ahead = 0;

  /** The daemon says what time it is. In milliseconds since 1970. */
  set(now: number): void {
    this.#ahead = now - Date.now();
  }

  now(): number {
    return Date.now() + this.#ahead;
  }
}
