import type { Clock } from "./clock.ts";
import type { Milliseconds } from "./state/time.ts";

/** Until when a call may take. */
export interface Deadline {
  readonly clock: Clock;

  /** From now on. */
  readonly limit: Milliseconds;

  /** Ends it sooner. */
  readonly signal?: AbortSignal | undefined;

  /** What a call that is given up rejects with. Default: an error that says why. */
  readonly giveUp?: (why: "late" | "stopped") => Error;
}

/**
 * Makes a call that is given up at its deadline, also if it does not heed its signal, which fires then. Leaves no timer and no
 * listener behind.
 */
export function withDeadline<T>(
  { clock, limit, signal, giveUp = (why) => errorOf(why, limit) }: Deadline,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const end = (why: "late" | "stopped"): void => {
      controller.abort();
      release();
      reject(giveUp(why));
    };
    const stop = (): void => end("stopped");
    const cancel = clock.after(limit, () => end("late"));
    const release = (): void => {
      cancel();
      signal?.removeEventListener("abort", stop);
    };
    if (signal?.aborted) return stop();
    signal?.addEventListener("abort", stop);
    call(controller.signal).finally(release).then(resolve, reject);
  });
}

function errorOf(why: "late" | "stopped", limit: Milliseconds): Error {
  return new Error(why === "late" ? `no answer within ${limit / 1_000} s` : "the program stops");
}
