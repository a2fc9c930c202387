import { BackendError, isBackendError, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { Clock } from "../clock.ts";
import type { Milliseconds } from "../state/time.ts";
import { decorate } from "./decorate.ts";

/** Gives up calls that take too long, also against a backend that does not heed its signal. */
export function limitTime(backend: SnapshotBackend, clock: Clock, limit: Milliseconds): SnapshotBackend {
  const { readSnapshot } = backend;
  return decorate(backend, {
    createSnapshot: (request, options) =>
      withinTime(`creating ${request.name}`, options?.signal, clock, limit, (signal) =>
        backend.createSnapshot(request, { ...options, signal }),
      ),
    deleteSnapshot: (snapshot, options) =>
      withinTime(`deleting ${snapshot.id}`, options?.signal, clock, limit, (signal) =>
        backend.deleteSnapshot(snapshot, { ...options, signal }),
      ),
    ...(readSnapshot && {
      readSnapshot: (snapshot, options) =>
        withinTime(`reading ${snapshot.id}`, options?.signal, clock, limit, (signal) =>
          readSnapshot.call(backend, snapshot, { ...options, signal }),
        ),
    }),
  });
}

/**
 * Makes one call within a limit of time. Whatever it rejects with becomes a {@link BackendError}.
 *
 * @param limit - past it the call is given up as `unavailable`, its outcome unknown
 */
export function withinTime<T>(
  what: string,
  abort: AbortSignal | undefined,
  clock: Clock,
  limit: Milliseconds,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const giveUp = (code: "aborted" | "unavailable", why: string): void => {
      controller.abort();
      end();
      reject(new BackendError(code, `${what} ${why}`, { outcome: "unknown" }));
    };
    const stop = (): void => giveUp("aborted", "was given up");
    const cancel = clock.after(limit, () => giveUp("unavailable", `had no answer within ${limit / 1_000} s`));
    const end = (): void => {
      cancel();
      abort?.removeEventListener("abort", stop);
    };
    if (abort?.aborted) return stop();
    abort?.addEventListener("abort", stop);
    call(controller.signal)
      .finally(end)
      .then(resolve, (error) => reject(asBackendError(error)));
  });
}

/** The error as it is, or `unexpected` around one that a backend must not throw. */
export function asBackendError(error: unknown): BackendError {
  if (isBackendError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new BackendError("unexpected", message, { cause: error, outcome: "unknown" });
}
