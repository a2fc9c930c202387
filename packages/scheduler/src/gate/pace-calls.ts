import type { CallOptions, Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { CallBudget } from "./call-budget.ts";
import { turnOf } from "./call-context.ts";
import { decorate } from "./decorate.ts";
import type { SentCall } from "./learned-rate.ts";
import { asBackendError } from "./limit-time.ts";

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
    listSnapshots: (request, options) => paceList((paced) => backend.listSnapshots(request, paced), reads, options),
    ...(readSnapshot && {
      readSnapshot: (snapshot, options) =>
        reads.run(turnOf(options), options?.signal, () => readSnapshot.call(backend, snapshot, options)),
    }),
  });
}

/** A page has succeeded once the next one is asked for, or the list ends. */
function paceList(
  list: (options: CallOptions) => AsyncIterable<Snapshot>,
  reads: CallBudget,
  options: CallOptions | undefined,
): AsyncIterable<Snapshot> {
  let page: SentCall | undefined;
  const end = (): void => {
    if (page !== undefined) reads.succeeded(page);
    page = undefined;
  };
  const beforePage = async (): Promise<void> => {
    end();
    page = await reads.begin(turnOf(options), options?.signal);
  };
  return {
    [Symbol.asyncIterator]: () => {
      const snapshots = list({ ...options, beforePage })[Symbol.asyncIterator]();
      const next = async (): Promise<IteratorResult<Snapshot>> => {
        try {
          const result = await snapshots.next();
          if (result.done) end();
          return result;
        } catch (error) {
          if (page !== undefined) reads.failed(page, asBackendError(error));
          throw error;
        }
      };
      return {
        next,
        ...(snapshots.return && { return: () => snapshots.return?.() as Promise<IteratorResult<Snapshot>> }),
      };
    },
  };
}
