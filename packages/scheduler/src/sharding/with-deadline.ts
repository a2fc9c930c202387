import type { Clock } from "../clock.ts";
import type { Milliseconds } from "../state/time.ts";

/** Makes a call whose signal fires after a time, or with `signal`. Rejects as soon as it fires. */
export function withDeadline<T>(
  clock: Clock,
  limit: Milliseconds,
  signal: AbortSignal | undefined,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const giveUp = (why: string): void => {
      controller.abort();
      end();
      reject(new Error(why));
    };
    const stop = (): void => giveUp("the program stops");
    const cancel = clock.after(limit, () => giveUp(`no answer within ${limit / 1_000} s`));
    const end = (): void => {
      cancel();
      signal?.removeEventListener("abort", stop);
    };
    if (signal?.aborted) return stop();
    signal?.addEventListener("abort", stop);
    call(controller.signal).finally(end).then(resolve, reject);
  });
}
