import type { BackendErrorCode, SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { Clock } from "../clock.ts";
import type { Milliseconds } from "../state/time.ts";
import type { CallKind } from "./call-context.ts";
import { decorate } from "./decorate.ts";
import { asBackendError } from "./limit-time.ts";

/** A call to a storage system that ended. */
export interface MeasuredCall {
  readonly kind: CallKind;
  readonly took: Milliseconds;

  /** `undefined`: it succeeded. */
  readonly code: BackendErrorCode | undefined;
}

/** Tells of every creation, deletion and read, how long it took and how it ended. */
export function measureCalls(
  backend: SnapshotBackend,
  clock: Clock,
  onCall: (call: MeasuredCall) => void,
): SnapshotBackend {
  const { readSnapshot } = backend;
  async function measured<T>(kind: CallKind, call: () => Promise<T>): Promise<T> {
    const from = clock.monotonic();
    try {
      const answer = await call();
      onCall({ kind, took: clock.monotonic() - from, code: undefined });
      return answer;
    } catch (error) {
      onCall({ kind, took: clock.monotonic() - from, code: asBackendError(error).code });
      throw error;
    }
  }
  return decorate(backend, {
    createSnapshot: (request, options) => measured("create", () => backend.createSnapshot(request, options)),
    deleteSnapshot: (snapshot, options) => measured("delete", () => backend.deleteSnapshot(snapshot, options)),
    ...(readSnapshot && {
      readSnapshot: (snapshot, options) => measured("read", () => readSnapshot.call(backend, snapshot, options)),
    }),
  });
}
