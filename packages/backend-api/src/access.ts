/** What {@link SnapshotBackend.checkAccess} found. */
export interface AccessReport {
  readonly checks: readonly AccessCheck[];
}

/** One permission that the backend needs. */
export interface AccessCheck {
  /** In the storage system's own words: `ec2:CreateSnapshot`, `compute.snapshots.create`. */
  readonly permission: string;

  /** `unknown`: the storage system offers no way to find out without doing it. */
  readonly status: "granted" | "missing" | "unknown";

  /** Whether only a part of the work needs it, which the detail names, and the rest goes on without. Default: false. */
  readonly optional?: boolean;

  /** What to do about it, or why it is unknown: one sentence. */
  readonly detail?: string;
}
