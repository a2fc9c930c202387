import type { CallOptions } from "../backend.ts";
import type { ListSnapshotsRequest } from "../snapshot.ts";
import type { SnapshotChange } from "../snapshot-change.ts";
import type { MemoryBackendSettings, MemoryCallRunner } from "./memory-call.ts";
import type { MemoryStore } from "./memory-store.ts";
import { MemoryWatcher } from "./memory-watcher.ts";

/** Begins a watch with the first `next()`, and follows it until it ends. */
export async function* watchSnapshots(
  store: MemoryStore,
  settings: MemoryBackendSettings,
  calls: MemoryCallRunner,
  request: ListSnapshotsRequest,
  options: CallOptions | undefined,
): AsyncGenerator<SnapshotChange, void> {
  let close = (): void => {};
  try {
    let endAfter = Number.POSITIVE_INFINITY;
    let endError: Error | undefined;
    const watcher = await calls.run({ operation: "watchSnapshots", request }, options, (fault) => {
      const { records, watchers } = store.location(request.location);
      const begun = new MemoryWatcher(settings, request.labels, records.values());
      watchers.add(begun);
      close = () => watchers.delete(begun);
      endAfter = fault?.endAfterChanges ?? endAfter;
      endError = fault?.watchError;
      return begun;
    });
    yield { type: "started" };
    for (let count = 0; count < endAfter; count += 1) {
      const change = await watcher.next(options?.signal);
      if (!change) return;
      yield change;
    }
    if (endError) throw endError;
  } finally {
    close();
  }
}
