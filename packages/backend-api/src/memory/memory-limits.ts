import { BackendError } from "../backend-error.ts";
import type { BackendCapabilities } from "../capabilities.ts";
import type { MemoryDisk, MemoryLocation } from "./memory-location.ts";
import { currentView, type MemoryRecord } from "./memory-record.ts";

/** What a storage system in memory refuses to go beyond. Quotas may change while it runs. */
export interface MemoryLimits extends Omit<BackendCapabilities, "maxPendingPerLocation"> {
  /** {@link MemoryBackendOptions.accountLimit} */
  accountLimit: number;
  maxPendingPerLocation: number | undefined;
}

/** Refuses `count` more snapshots in the location if they go beyond its limits. */
export function assertLocationAllows(limits: MemoryLimits, location: MemoryLocation, now: number, count: number): void {
  const { accountLimit, maxPendingPerLocation } = limits;
  if (location.count + count > accountLimit) {
    const message = `the account may have ${accountLimit} snapshots: delete some, or ask for more`;
    throw new BackendError("limit-reached", message, { scope: "account" });
  }
  if (maxPendingPerLocation !== undefined) {
    for (const record of location.pending) if (!isPending(record, now)) location.pending.delete(record);
    if (location.pending.size + count > maxPendingPerLocation) {
      const message = `${maxPendingPerLocation} snapshots may be pending: wait for them`;
      throw new BackendError("limit-reached", message, { scope: "location", retryable: true });
    }
  }
}

/** Refuses one more snapshot of the disk if it goes beyond the disk's limits. */
export function assertDiskAllows(limits: MemoryLimits, id: string, { records }: MemoryDisk, now: number): void {
  const { maxSnapshotsPerDisk, maxPendingPerDisk, minIntervalMs } = limits;
  if (maxSnapshotsPerDisk !== undefined && records.size >= maxSnapshotsPerDisk) {
    throw new BackendError("limit-reached", `disk ${id} has ${maxSnapshotsPerDisk} snapshots: delete some`);
  }
  if (maxPendingPerDisk !== undefined && countPending(records, now) >= maxPendingPerDisk) {
    const message = `${maxPendingPerDisk} snapshots of disk ${id} are pending: wait for them`;
    throw new BackendError("limit-reached", message, { retryable: true });
  }
  if (minIntervalMs !== undefined) {
    const retryAfterMs = newestAt(records) + minIntervalMs - now;
    if (retryAfterMs > 0) {
      const message = `a snapshot of disk ${id} was begun a moment ago: wait ${retryAfterMs} ms`;
      throw new BackendError("throttled", message, { scope: "disk", retryAfterMs });
    }
  }
}

export function isPending(record: MemoryRecord, now: number): boolean {
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
