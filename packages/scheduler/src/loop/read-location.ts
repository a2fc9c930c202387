import type { Labels, Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { checkSnapshot } from "./call-backend.ts";

/** A whole list of a location. */
export interface LocationList {
  /** By the disk's id. A snapshot that moved from page to page while the list was read may be there twice. */
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
  const byDisk = new Map<string, Snapshot[]>();
  let count = 0;
  for await (const snapshot of backend.listSnapshots({ location, labels }, { signal })) {
    const { diskId } = checkSnapshot(snapshot);
    const known = byDisk.get(diskId);
    if (known === undefined) byDisk.set(diskId, [snapshot]);
    else known.push(snapshot);
    count++;
  }
  return { byDisk, count };
}
