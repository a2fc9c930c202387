import type { Disk } from "./disk.ts";
import type { VolumeFacts } from "./volume-facts.ts";

/**
 * Where a snapshot stands.
 * - `pending`: accepted, not usable yet. Stays so for seconds or hours.
 * - `ready`: usable. A storage system's "recoverable" or "archived" states are ready too if a volume can be made of it.
 * - `failed`: will never be usable. May be deleted.
 * - `deleting`: on its way out; counts for nothing, and is not deleted again.
 * - `unknown`: the backend cannot determine its state, or cannot understand the record (a state that is newer than the
 *   backend, a missing date, a damaged file). It holds its own disk only: there it stops a second creation, and it is
 *   never deleted.
 */
export type SnapshotState = "pending" | "ready" | "failed" | "deleting" | "unknown";

/**
 * Labels (AWS: tags). A key has 1 to 63 characters of `[A-Za-z0-9._/-]`, the first a letter or digit; a value 0 to 128
 * of `[A-Za-z0-9 ._:/=+@-]` (a schedule, `PT1H P1D P7D`, is one). They come back exactly as they were given: a storage
 * system that allows fewer characters gets its own spelling, which its backend translates both ways.
 */
export type Labels = Readonly<Record<string, string>>;

/** One snapshot, as the storage system has it. */
export interface Snapshot extends SnapshotReference {
  /** {@link Disk.id} of the disk it was taken of. Empty only where the state is `unknown` and the disk cannot be read. */
  readonly diskId: string;

  /**
   * When the storage system began it: the moment whose data it holds. In UTC, by the storage system's clock. An invalid
   * Date (`new Date(Number.NaN)`) only where the state is `unknown` and the date cannot be read.
   */
  readonly createdAt: Date;

  readonly state: SnapshotState;

  readonly labels: Labels;

  /** The name it was created with, where the storage system keeps one. */
  readonly name?: string;

  /** Why it failed, in the storage system's words, where it says so. */
  readonly failure?: string;

  /** What it occupies or stands for, in bytes, as the storage system counts; absent where it does not say. */
  readonly sizeBytes?: number;

  /**
   * What of {@link CreateSnapshotRequest.volume} the storage system holds. Input, as all that a storage system answers: whoever
   * may write its labels may have written this. Absent where there is nothing that can be understood.
   */
  readonly volume?: VolumeFacts;
}

/** What it takes to name a snapshot in later calls. */
export interface SnapshotReference {
  /** Unique within the location. */
  readonly id: string;

  /** {@link Disk.location}. */
  readonly location: string;
}

/** What {@link SnapshotBackend.listSnapshots} is asked for. */
export interface ListSnapshotsRequest {
  /** {@link Disk.location}. */
  readonly location: string;

  /** Only snapshots that carry all of these, key and value. Never empty: the list is of snapshots that are ours. */
  readonly labels: Labels;

  /**
   * Called once for each snapshot of the location that lacks the labels and belongs to the disk, where the backend comes
   * to see them without a further request; a backend that declares {@link BackendCapabilities.maxSnapshotsPerDisk} must.
   * They take up the disk's limit, although they are not ours. The counts are whole when the list has ended, and mean
   * nothing if it threw. Must not throw. Default: not called.
   */
  readonly onOther?: (diskId: string) => void;
}

/** What {@link SnapshotBackend.createSnapshot} is asked for. */
export interface CreateSnapshotRequest {
  /** With the {@link Disk.details} that the backend gave. */
  readonly disk: Disk;

  /** 1 to 63 characters of `[a-z0-9-]`, the first a letter or digit. Meant for people; not guaranteed to be unique. */
  readonly name: string;

  /** A sentence for people, where the storage system has a field for one beside the name. At most 255 characters. */
  readonly description: string;

  /** Set in the same request that creates the snapshot. */
  readonly labels: Labels;

  /**
   * Says which creation this is: calls with the same key make one snapshot. 1 to 63 characters of `[a-z0-9-]`. A
   * storage system that takes idempotency tokens gets it (or a token derived from it); others get it as the label
   * {@link IDEMPOTENCY_KEY_LABEL}, or in a name that follows from it. Never used for two calls at once, nor again once
   * its snapshot was deleted.
   */
  readonly idempotencyKey: string;

  /**
   * An earlier call with this key may have been carried out, although nobody saw its answer. A backend without
   * tokens must then look for it before it creates. Default: false, which saves that request.
   */
  readonly mayExist?: boolean;

  /**
   * How, in the storage system's own terms (a storage class, a key), by the names that {@link BackendManifest.parameters}
   * declares. The backend refuses, as `invalid`, a name that it does not know and a value that cannot be. They do not tell
   * one creation from another: a second call with a key resolves to what the first one made. Default: none.
   */
  readonly parameters?: Readonly<Record<string, string>>;

  /**
   * What is known of the volume on the disk. A backend whose {@link BackendCapabilities.volumeFacts} is true sets them in the
   * same request, as far as they fit: one that does not is left out whole. They never make a creation fail, and do not tell
   * one from another. Default: nothing is known.
   */
  readonly volume?: VolumeFacts;
}
