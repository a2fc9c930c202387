import { BackendError, isBackendError, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { Clock } from "../clock.ts";
import type { Milliseconds } from "../state/time.ts";
import { withDeadline } from "../with-deadline.ts";
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
export async function withinTime<T>(
  what: string,
  abort: AbortSignal | undefined,
  clock: Clock,
  limit: Milliseconds,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const giveUp = (why: "late" | "stopped"): BackendError =>
    why === "late"
      ? new BackendError("unavailable", `${what} had no answer within ${limit / 1_000} s`, { outcome: "unknown" })
      : new BackendError("aborted", `${what} was given up`, { outcome: "unknown" });
  try {
    return await withDeadline({ clock, limit, signal: abort, giveUp }, call);
  } catch (error) {
    throw asBackendError(error);
  }
}

/** The error as it is, or `unexpected` around one that a backend must not throw. */
export function asBackendError(error: unknown): BackendError {
  if (isBackendError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new BackendError("unexpected", message, { cause: error, outcome: "unknown" });
}
