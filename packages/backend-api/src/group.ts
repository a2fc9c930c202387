import type { Disk } from "./disk.ts";
import type { Labels } from "./snapshot.ts";

/** What {@link SnapshotBackend.createSnapshotGroup} is asked for. */
export interface CreateSnapshotGroupRequest {
  /** Two or more, of one location, none twice. Each with its {@link Disk.details}. */
  readonly disks: readonly Disk[];

  /** Of each snapshot, as {@link CreateSnapshotRequest.name}. */
  readonly name: string;

  /** Of each snapshot, as {@link CreateSnapshotRequest.description}. */
  readonly description: string;

  /**
   * Of each snapshot, and the same for all: that is what storage systems take for a group. Set in the same request.
   *
   * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html | EC2, TagSpecification.N}
   */
  readonly labels: Labels;

  /**
   * Says which group this is, as {@link CreateSnapshotRequest.idempotencyKey} does of a snapshot. Where the storage system
   * takes no tokens, each snapshot of the group carries it. Never that of a snapshot that was asked for by itself.
   */
  readonly idempotencyKey: string;

  /**
   * As {@link CreateSnapshotRequest.mayExist}. A backend that then finds the snapshots of some of the disks only begins none,
   * and rejects with `unexpected`. Default: false.
   */
  readonly mayExist?: boolean;

  /** Of each snapshot, as {@link CreateSnapshotRequest.parameters}. Default: none. */
  readonly parameters?: Readonly<Record<string, string>>;
}
