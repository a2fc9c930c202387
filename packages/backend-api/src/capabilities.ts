/**
 * What a backend can do, and what the scheduler must keep to for it. Limits are the storage system's own, and each
 * backend names their source. A limit that is left out is "none known".
 */
export interface BackendCapabilities {
  /** Whether there is a {@link SnapshotBackend.restoreSnapshot}. */
  readonly restore: boolean;

  /**
   * How long, in milliseconds, a list may lag behind what was created or deleted. After a creation whose answer was
   * lost, the scheduler waits this long before it looks for the snapshot. Default: 0, lists are up to date at once.
   */
  readonly listLagMs?: number;

  /** Shortest time, in milliseconds, between the beginnings of two snapshots of one disk (Google: 10 minutes). */
  readonly minIntervalMs?: number;

  /** Most snapshots that one disk may have (DigitalOcean: 25). */
  readonly maxSnapshotsPerDisk?: number;

  /** Most snapshots of one disk that may be pending at once. The scheduler never has more than one. */
  readonly maxPendingPerDisk?: number;

  /** Most snapshots of one location that may be pending at once. */
  readonly maxPendingPerLocation?: number;

  /**
   * Most creations and deletions a second in one location, together, at which the storage system does not throttle,
   * with room left for the pages of lists and for others. It may be less than one.
   */
  readonly requestsPerSecond?: number;
}
