import type { Disk } from "./disk.ts";
import type { Labels } from "./snapshot.ts";

/** What {@link SnapshotBackend.createSnapshotGroup} is asked for. */
export interface CreateSnapshotGroupRequest {
  /** Two or more, of one location, none twice. */
  readonly disks: readonly Disk[];

  /** Of each snapshot, as {@link CreateSnapshotRequest.name}. */
  readonly name: string;

  /** Of each snapshot, as {@link CreateSnapshotRequest.description}. */
  readonly description: string;

  /** Of each snapshot: the same, since storage systems take no others for a group. Set in the same request. */
  readonly labels: Labels;

  /** As {@link CreateSnapshotRequest.idempotencyKey}, of the group. */
  readonly idempotencyKey: string;

  /** As {@link CreateSnapshotRequest.mayExist}. */
  readonly mayExist?: boolean;

  /** As {@link CreateSnapshotRequest.parameters}. */
  readonly parameters?: Readonly<Record<string, string>>;
}
