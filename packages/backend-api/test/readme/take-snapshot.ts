import {
  DEFAULT_LIST_LAG_MS,
  type Disk,
  isBackendError,
  type Snapshot,
  type SnapshotBackend,
} from "@k8s-snapshots/backend-api";

/** Takes the one snapshot of `disk` that is due at `slot`, however often the storage system stumbles. */
export async function takeSnapshot(
  backend: SnapshotBackend,
  disk: Disk,
  slot: string,
  wait: (milliseconds: number) => Promise<void>,
): Promise<Snapshot> {
  const labels = { "created-by": "k8s-snapshots" };
  const request = { disk, name: `data-${slot}`, description: "Data", labels, idempotencyKey: `data-${slot}` };
  for (let mayExist = false; ; ) {
    try {
      return await backend.createSnapshot({ ...request, mayExist });
    } catch (error) {
      if (!isBackendError(error) || !error.retryable) throw error;
      mayExist ||= error.outcome === "unknown";
      const { listLagMs = DEFAULT_LIST_LAG_MS } = backend.capabilities;
      await wait(Math.max(error.retryAfterMs ?? 1000, listLagMs));
    }
  }
}
