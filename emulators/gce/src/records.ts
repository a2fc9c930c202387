import type { Labels } from "./resource-rules.ts";

/** Where a disk or an operation is: in a zone, in a region, or in no special place. */
export interface Scope {
  readonly kind: "zones" | "regions" | "global";
  /** Left out for `global`. */
  readonly name?: string;
}

/** A disk. Times are milliseconds since 1970. */
export interface DiskRecord {
  readonly id: string;
  readonly project: string;
  readonly scope: Scope;
  readonly name: string;
  readonly sizeGb: string;
  readonly labels: Labels;
  readonly createdAt: number;
  readonly description?: string;
  readonly type?: string;
  /** Of regional disks: two zones' paths. */
  readonly replicaZones?: readonly string[];
  /** Path of the snapshot that it was made from, and its id. */
  readonly sourceSnapshot?: string;
  readonly sourceSnapshotId?: string;
  /** What is written on it. */
  content: string;
}

export type SnapshotStatus = "CREATING" | "UPLOADING" | "READY" | "FAILED" | "DELETING";

/** A snapshot. Its status follows from the times; `Infinity` is "not of itself". */
export interface SnapshotRecord {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  /** The disk's path and id; the disk itself may be gone. */
  readonly sourceDisk: string;
  readonly sourceDiskId: string;
  readonly diskSizeGb: string;
  readonly description?: string;
  readonly storageLocations: readonly string[];
  readonly snapshotType: string;
  readonly guestFlush?: boolean;
  readonly snapshotEncryptionKey?: object;
  readonly createdAt: number;
  readonly content: string;
  labels: Labels;
  uploadingAt: number;
  endsAt: number;
  end: "READY" | "FAILED";
  deletingAt: number;
  goneAt: number;
  /** What depends on it. */
  user?: string;
  /** Whether answers leave its date out. */
  isUndated?: true;
}

/** A change that was begun. */
export interface OperationRecord {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly scope: Scope;
  readonly type: string;
  /** Path and id of what it changes; of a snapshot's creation, the disk. */
  readonly target: string;
  readonly targetId: string;
  readonly requestId?: string;
  readonly insertedAt: number;
  readonly startsAt: number;
  /** Of a snapshot's creation, when the snapshot ends. */
  readonly endsAt: () => number;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Path of a disk, from `projects/` on. */
export function diskPath({ project, scope, name }: Pick<DiskRecord, "project" | "scope" | "name">): string {
  return `${scopePath(project, scope)}/disks/${name}`;
}

/** Path of a snapshot, from `projects/` on. */
export function snapshotPath({ project, name }: Pick<SnapshotRecord, "project" | "name">): string {
  return `projects/${project}/global/snapshots/${name}`;
}

/** Path of a zone, of a region, or of what is global. */
export function scopePath(project: string, { kind, name }: Scope): string {
  return kind === "global" ? `projects/${project}/global` : `projects/${project}/${kind}/${name}`;
}

/** Its status at that time; `undefined` once it is gone. */
export function statusOf(snapshot: SnapshotRecord, now: number): SnapshotStatus | undefined {
  if (now >= snapshot.goneAt) return undefined;
  if (now >= snapshot.deletingAt) return "DELETING";
  if (now >= snapshot.endsAt) return snapshot.end;
  return now >= snapshot.uploadingAt ? "UPLOADING" : "CREATING";
}
