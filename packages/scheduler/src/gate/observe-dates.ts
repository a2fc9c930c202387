import {
  type CallOptions,
  type CreateSnapshotRequest,
  MARKS_LABEL,
  type Snapshot,
  type SnapshotBackend,
} from "@k8s-snapshots/backend-api";
import type { Instant } from "../state/time.ts";
import { decorate } from "./decorate.ts";

/** Reports every date that the storage system gives: with an answer, and as that of a snapshot just begun (rule 15). */
export function observeDates(backend: SnapshotBackend, onDate: (date: Instant) => void): SnapshotBackend {
  const { readSnapshot } = backend;
  const observe = (date: Date): void => {
    const time = date.getTime();
    if (Number.isFinite(time)) onDate(time);
  };
  const observed = (options: CallOptions | undefined): CallOptions => ({ ...options, onDate: observe });
  return decorate(backend, {
    listSnapshots: (request, options) => backend.listSnapshots(request, observed(options)),
    createSnapshot: async (request, options) => {
      let isDated = false;
      const snapshot = await backend.createSnapshot(request, {
        ...options,
        onDate: (date) => {
          isDated = true;
          observe(date);
        },
      });
      if (!isDated && request.mayExist !== true && isOfRequest(snapshot, request)) observe(snapshot.createdAt);
      return snapshot;
    },
    deleteSnapshot: (snapshot, options) => backend.deleteSnapshot(snapshot, observed(options)),
    ...(readSnapshot && {
      readSnapshot: (snapshot, options) => readSnapshot.call(backend, snapshot, observed(options)),
    }),
  });
}

/** Whether the snapshot carries the marks of this very request: under the same key an earlier one may be answered. */
function isOfRequest({ labels }: Snapshot, request: CreateSnapshotRequest): boolean {
  return labels[MARKS_LABEL] === request.labels[MARKS_LABEL];
}
