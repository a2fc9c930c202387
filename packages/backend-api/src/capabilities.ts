/** {@link BackendCapabilities.listLagMs} of a backend that does not declare it: ten minutes. */
export const DEFAULT_LIST_LAG_MS = 600_000;

/**
 * What a backend can do, and what the scheduler must keep to for it. Limits are the storage system's own, and each
 * backend names their source. A limit that is left out is "none known".
 */
export interface BackendCapabilities {
  /** Whether there is a {@link SnapshotBackend.restoreSnapshot}. */
  readonly restore: boolean;

  /** Whether there is a {@link SnapshotBackend.removeRestored}. Default: false. */
  readonly removeRestored?: boolean;

  /** Whether there is a {@link SnapshotBackend.readSnapshot}. Default: false. */
  readonly read?: boolean;

  /** Whether there is a {@link SnapshotBackend.setSnapshotLabels}. Default: false. */
  readonly setLabels?: boolean;

  /** Whether there is a {@link SnapshotBackend.createSnapshotGroup}. Default: false. */
  readonly groups?: boolean;

  /** Whether there is a {@link SnapshotBackend.watchSnapshots}. Default: false. */
  readonly watch?: boolean;

  /** Whether there is a {@link SnapshotBackend.readLimits}. Default: false. */
  readonly limits?: boolean;

  /** Whether snapshots keep {@link CreateSnapshotRequest.volume}, as {@link Snapshot.volume}. Default: false. */
  readonly volumeFacts?: boolean;

  /**
   * How long, in milliseconds, a list may lag behind what was created or deleted; 0 where lists are up to date at once.
   * After a creation whose answer was lost, the scheduler waits this long before it looks for the snapshot. Where a
   * backend does not know how long, it leaves this out. Default: ten minutes ({@link DEFAULT_LIST_LAG_MS}).
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
   * How often the storage system may be called, for each kind of call. The scheduler begins with it, and goes below it
   * while calls are throttled. Default: no limit known.
   */
  readonly callsPerSecond?: CallsPerSecond;

  /**
   * Whether each kind of call has a limit that calls of other kinds do not draw on, so that more of them take nothing from
   * what other programs do in the account (EC2 counts each action by itself). Then the scheduler also looks for more than
   * {@link callsPerSecond} while calls wait. Default: false, it never exceeds that.
   */
  readonly separateCallLimits?: boolean;
}

/**
 * For each kind of call: most calls of this kind a second in one location at which the storage system does not throttle,
 * with room for others. May be below one. Default of each: no limit known.
 */
export interface CallsPerSecond {
  readonly create?: number;

  readonly delete?: number;

  /** Counted in requests: each page of a list is one. */
  readonly list?: number;
}
