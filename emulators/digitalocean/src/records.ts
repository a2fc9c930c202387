/** A block storage volume. */
export interface VolumeRecord {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly sizeGigabytes: number;
  readonly description: string;
  readonly createdAt: Date;
  /** In the capitals of their first use in the account. */
  tags: string[];
  /** What is on it: goes into its snapshots, and from there to new volumes. */
  content: string;
}

/** A snapshot of a volume. It outlives its volume. */
export interface SnapshotRecord {
  readonly id: string;
  readonly name: string;
  readonly volumeId: string;
  readonly region: string;
  readonly sizeGigabytes: number;
  readonly createdAt: Date;
  /** As {@link VolumeRecord.tags}. */
  tags: string[];
  readonly content: string;
}
