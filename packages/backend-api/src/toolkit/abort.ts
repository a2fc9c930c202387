import type { CallOptions } from "../backend.ts";
import { BackendError } from "../backend-error.ts";

/** @throws {BackendError} `aborted` if the caller's signal has fired: call it before each request */
export function throwIfAborted(options: CallOptions | undefined): void {
  if (!options?.signal?.aborted) return;
  throw new BackendError("aborted", "the caller aborted the call", { cause: options.signal.reason });
}

/**
 * A signal for one request: it fires when the caller's does, or when the time is over, whichever comes first. A request that
 * ran out of time is `unavailable`, with an unknown outcome: its answer may still have been on the way.
 *
 * @param milliseconds - how long the request may take
 */
export function requestSignal(options: CallOptions | undefined, milliseconds: number): AbortSignal {
  const limit = AbortSignal.timeout(milliseconds);
  return options?.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
}

/** The result of the work, or a rejection with the signal's reason as soon as it fires: for work that takes no signal. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = Promise.withResolvers<never>();
  const giveUp = (): void => over.reject(signal.reason);
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
