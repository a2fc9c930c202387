import { BackendError } from "../backend-error.ts";
import type { BackendCapabilities } from "../capabilities.ts";
import { currentView, type MemoryRecord } from "./memory-record.ts";
import type { MemoryDisk, MemoryLocation } from "./memory-store.ts";

/** What a storage system in memory refuses to go beyond. */
export interface MemoryLimits extends BackendCapabilities {
  /** {@link MemoryBackendOptions.accountLimit} */
  readonly accountLimit: number;
}

/** Refuses one more snapshot of the disk if it goes beyond the limits. */
export function assertWithinLimits(
  limits: MemoryLimits,
  location: MemoryLocation,
  disk: MemoryDisk,
  now: number,
): void {
  const { accountLimit, maxSnapshotsPerDisk, maxPendingPerDisk, maxPendingPerLocation, minIntervalMs } = limits;
  if (location.count >= accountLimit) {
    throw new BackendError("limit-reached", `the account has ${accountLimit} snapshots: delete some, or ask for more`, {
      scope: "account",
    });
  }
  if (maxSnapshotsPerDisk !== undefined && disk.records.size >= maxSnapshotsPerDisk) {
    throw new BackendError("limit-reached", `the disk has ${maxSnapshotsPerDisk} snapshots: delete some`);
  }
  if (maxPendingPerDisk !== undefined && countPending(disk.records, now) >= maxPendingPerDisk) {
    throw new BackendError("limit-reached", `${maxPendingPerDisk} snapshots of the disk are pending: wait for them`, {
      retryable: true,
    });
  }
  if (maxPendingPerLocation !== undefined) {
    for (const record of location.pending) if (!isPending(record, now)) location.pending.delete(record);
    if (location.pending.size >= maxPendingPerLocation) {
      throw new BackendError("limit-reached", `${maxPendingPerLocation} snapshots are pending: wait for them`, {
        scope: "location",
        retryable: true,
      });
    }
  }
  if (minIntervalMs !== undefined) {
    const retryAfterMs = newestAt(disk.records) + minIntervalMs - now;
    if (retryAfterMs > 0) {
      throw new BackendError("throttled", `a snapshot of the disk was begun a moment ago: wait ${retryAfterMs} ms`, {
        scope: "disk",
        retryAfterMs,
      });
    }
  }
}

function isPending(record: MemoryRecord, now: number): boolean {
  return record.listedUntil === Number.POSITIVE_INFINITY && currentView(record, now).state === "pending";
}

function countPending(records: Iterable<MemoryRecord>, now: number): number {
  let count = 0;
  for (const record of records) if (isPending(record, now)) count += 1;
  return count;
}

function newestAt(records: Iterable<MemoryRecord>): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const { view } of records) {
    const createdAt = view.createdAt.getTime();
    if (createdAt > newest) newest = createdAt;
  }
  return newest;
}
