import type { ListSnapshotsRequest, Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";

/** Tells the snapshots of a location whenever they change, until the watch ends; then the caller begins again. */
export async function followSnapshots(
  backend: SnapshotBackend,
  request: ListSnapshotsRequest,
  onChange: (snapshots: ReadonlyMap<string, Snapshot>) => void,
  signal: AbortSignal,
): Promise<void> {
  const snapshots = new Map<string, Snapshot>();
  for await (const change of backend.watchSnapshots?.(request, { signal }) ?? []) {
    if (change.type === "changed") snapshots.set(change.snapshot.id, change.snapshot);
    else if (change.type === "deleted") snapshots.delete(change.snapshot.id);
    else {
      for await (const snapshot of backend.listSnapshots(request, { signal })) snapshots.set(snapshot.id, snapshot);
    }
    onChange(snapshots);
  }
}
