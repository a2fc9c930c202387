/** Time, as tests can turn it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;

  /** Calls back once, after so many milliseconds; returns how to call it off. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** The machine's own. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after so many milliseconds, or as soon as the signal fires. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const wake = () => {
      cancel();
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const cancel = clock.schedule(delayMs, wake);
    signal.addEventListener("abort", wake);
  });
}
