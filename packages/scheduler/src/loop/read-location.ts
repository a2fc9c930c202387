import type { Labels, Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { checkSnapshot } from "./call-backend.ts";

/** A whole list of a location. */
export interface LocationList {
  /** By the disk's id. */
  readonly byDisk: ReadonlyMap<string, readonly Snapshot[]>;
  readonly count: number;
}

/**
 * Lists a location whole.
 *
 * @throws {BackendError} whatever the backend throws, and `unexpected` for an answer that cannot be relied on: then
 *   nothing of the list counts
 */
export async function readLocation(
  backend: SnapshotBackend,
  location: string,
  labels: Labels,
  signal: AbortSignal,
): Promise<LocationList> {
  // Pages that shift while they are read may show a snapshot twice: the later look counts.
  const byId = new Map<string, Snapshot>();
  for await (const snapshot of backend.listSnapshots({ location, labels }, { signal })) {
    byId.set(checkSnapshot(snapshot).id, snapshot);
  }
  return { byDisk: Map.groupBy(byId.values(), ({ diskId }) => diskId), count: byId.size };
}
