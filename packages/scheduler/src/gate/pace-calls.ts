import type { SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { CallBudget } from "./call-budget.ts";
import { turnOf } from "./call-context.ts";
import { decorate } from "./decorate.ts";

/** Creations and deletions wait for their turns. */
export function paceChanges(backend: SnapshotBackend, creations: CallBudget, deletions: CallBudget): SnapshotBackend {
  return decorate(backend, {
    createSnapshot: (request, options) =>
      creations.run(turnOf(options), options?.signal, () => backend.createSnapshot(request, options)),
    deleteSnapshot: (snapshot, options) =>
      deletions.run(turnOf(options), options?.signal, () => backend.deleteSnapshot(snapshot, options)),
  });
}

/** Each page of a list waits for its turn, and each read of one snapshot. */
export function paceReads(backend: SnapshotBackend, reads: CallBudget): SnapshotBackend {
  const { readSnapshot } = backend;
  return decorate(backend, {
    listSnapshots: (request, options) =>
      backend.listSnapshots(request, {
        ...options,
        beforePage: () => reads.run(turnOf(options), options?.signal, () => Promise.resolve()),
      }),
    ...(readSnapshot && {
      readSnapshot: (snapshot, options) =>
        reads.run(turnOf(options), options?.signal, () => readSnapshot.call(backend, snapshot, options)),
    }),
  });
}
