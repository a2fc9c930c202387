import { BackendError, isBackendError, type Snapshot } from "@k8s-snapshots/backend-api";
import type { Clock } from "../clock.ts";

/**
 * Makes one call, with a time limit that also holds against a backend that does not heed its signal. Whatever it
 * rejects with becomes a {@link BackendError}.
 *
 * @param limitMs - in milliseconds; past it the call is given up as `unavailable`, its outcome unknown
 */
export function callBackend<T>(
  what: string,
  call: (signal: AbortSignal) => Promise<T>,
  { clock, limitMs, abort }: { clock: Clock; limitMs: number; abort: AbortSignal },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = new AbortController();
    const giveUp = (code: "aborted" | "unavailable", why: string): void => {
      limit.abort();
      settle();
      reject(new BackendError(code, `${what} ${why}`, { outcome: "unknown" }));
    };
    const stop = (): void => giveUp("aborted", "was given up: the program stops");
    const cancel = clock.after(limitMs, () => giveUp("unavailable", `had no answer within ${limitMs / 1_000} s`));
    const settle = (): void => {
      cancel();
      abort.removeEventListener("abort", stop);
    };
    if (abort.aborted) return stop();
    abort.addEventListener("abort", stop);
    call(limit.signal)
      .finally(settle)
      .then(resolve, (error) => reject(asBackendError(error)));
  });
}

/**
 * A snapshot in an unknown state is treated as pending.
 *
 * @throws {BackendError} `unexpected` if a field that the scheduler relies on is missing or malformed.
 */
export function checkSnapshot(answer: Snapshot): Snapshot {
  const snapshot = answer?.state === "unknown" ? asPending(answer) : answer;
  const fault = faultOf(snapshot);
  if (fault !== undefined) {
    throw new BackendError("unexpected", `the backend answered with a snapshot ${snapshot?.id} whose ${fault}`, {
      retryable: true,
    });
  }
  return snapshot;
}

function asPending(snapshot: Snapshot): Snapshot {
  const isDated = !Number.isNaN(snapshot.createdAt.getTime());
  return { ...snapshot, state: "pending", createdAt: isDated ? snapshot.createdAt : new Date(0) };
}

const states = new Set(["pending", "ready", "failed", "deleting"]);

function faultOf({ id, diskId, createdAt, state, labels }: Snapshot): string | undefined {
  if (typeof id !== "string" || id === "") return "id is missing";
  if (typeof diskId !== "string") return "diskId is missing";
  if (!(createdAt instanceof Date) || Number.isNaN(createdAt.getTime())) return "createdAt is not a valid Date";
  if (!states.has(state)) return `state is ${state}`;
  if (typeof labels !== "object" || labels === null) return "labels are missing";
  return undefined;
}

/** The error as it is, or `unexpected` around one that a backend must not throw. */
export function asBackendError(error: unknown): BackendError {
  if (isBackendError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new BackendError("unexpected", message, { cause: error, outcome: "unknown" });
}
