import type { Snapshot } from "@k8s-snapshots/backend-api";

/** A disk's snapshots, sorted by what they count for. */
export interface DiskSnapshots {
  /** Usable, oldest first. */
  readonly ready: readonly Snapshot[];

  /** Being made. */
  readonly pending: readonly Snapshot[];

  /** Never usable: count for nothing (safety rule 1). */
  readonly failed: readonly Snapshot[];

  /** Dated further into the future than the clocks may differ: kept, and no reference point (safety rule 5). */
  readonly future: readonly Snapshot[];

  /** The newest of `ready` and `pending`. */
  readonly newest: Snapshot | undefined;
}

/** @param latest - what is dated after this, in milliseconds since 1970, is in the future */
export function sortSnapshots(snapshots: readonly Snapshot[], latest: number): DiskSnapshots {
  const ready: Snapshot[] = [];
  const pending: Snapshot[] = [];
  const failed: Snapshot[] = [];
  const future: Snapshot[] = [];
  let newest: Snapshot | undefined;
  for (const snapshot of snapshots) {
    if (snapshot.state === "deleting") continue;
    if (snapshot.state === "failed") failed.push(snapshot);
    else if (snapshot.state === "pending") pending.push(snapshot);
    else if (snapshot.createdAt.getTime() > latest) future.push(snapshot);
    else ready.push(snapshot);
    if (snapshot.state === "failed" || snapshot.createdAt.getTime() > latest) continue;
    if (newest === undefined || isNewer(snapshot, newest)) newest = snapshot;
  }
  ready.sort((a, b) => (isNewer(a, b) ? 1 : -1));
  return { ready, pending, failed, future, newest };
}

function isNewer(a: Snapshot, b: Snapshot): boolean {
  const difference = a.createdAt.getTime() - b.createdAt.getTime();
  return difference === 0 ? a.id > b.id : difference > 0;
}
