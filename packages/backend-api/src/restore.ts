import type { Labels, SnapshotReference } from "./snapshot.ts";

/** What {@link SnapshotBackend.restoreSnapshot} is asked for. */
export interface RestoreRequest {
  readonly snapshot: SnapshotReference;

  /** The new volume's name, where the storage system has one. 1 to 63 characters of `[a-z0-9-]`. */
  readonly name: string;

  /** Labels of the new volume, set as it is made. */
  readonly labels: Labels;

  /** As {@link CreateSnapshotRequest.idempotencyKey}. */
  readonly idempotencyKey: string;

  /** As {@link CreateSnapshotRequest.mayExist}. */
  readonly mayExist?: boolean;

  /** Where and how, in the storage system's own terms (AWS: `availabilityZone`). Each backend documents its own. */
  readonly parameters?: Readonly<Record<string, string>>;

  /**
   * Called with the new disk as soon as the backend knows which one it is, while the storage system may still be making it:
   * so a caller that gives up knows what to remove. Must not throw. Default: not called; a backend may leave it out.
   */
  readonly onBegun?: (disk: { readonly diskId: string; readonly location: string }) => void;

  /**
   * Called with how far the new volume is, as often as the backend hears of it: without a request for that alone. Must not
   * throw. Default: not called; a backend whose storage system says nothing leaves it out.
   */
  readonly onProgress?: (progress: RestoreProgress) => void;
}

/** How far a volume is that is being made, as far as the storage system says so. */
export interface RestoreProgress {
  /** From 0 to 1. */
  readonly fraction?: number;

  /** The storage system's own word for where it stands: `creating`. */
  readonly state?: string;
}

/** What {@link SnapshotBackend.removeRestored} is asked for. */
export interface RemoveRestoredRequest {
  /** {@link RestoredVolume.diskId}. */
  readonly diskId: string;

  readonly location: string;

  /** Of the restore that made it. */
  readonly idempotencyKey: string;
}

/** A volume made from a snapshot. */
export interface RestoredVolume {
  /** {@link Disk.id} of the new disk. */
  readonly diskId: string;

  readonly location: string;

  /**
   * The part of a PersistentVolume's `spec` that names the new disk, ready to be written into one:
   * `{ csi: { driver, volumeHandle }, nodeAffinity }`.
   */
  readonly persistentVolumeSpec: Readonly<Record<string, unknown>>;
}
