import { createHash } from "node:crypto";
import type { Snapshot } from "@k8s-snapshots/backend-api";
import type { StoredSnapshot } from "./snapshot-folder.ts";

/** The id of a snapshot: the key, and a hash of the disk. */
export function snapshotId(idempotencyKey: string, diskId: string): string {
  return `${idempotencyKey}.${createHash("sha256").update(diskId).digest("hex").slice(0, 12)}`;
}

/** The hash of the disk in a snapshot's id. */
export function diskHash(id: string): string {
  return id.slice(id.lastIndexOf(".") + 1);
}

/** What a record says of a snapshot, which of a damaged one may be little. */
export function identityOf(id: string, location: string, record: StoredSnapshot["record"]): Omit<Snapshot, "state"> {
  const { diskId = "", createdAt, labels = {}, name } = record;
  const { sizeBytes, volume } = record.version === undefined ? {} : record;
  return {
    id,
    location,
    diskId,
    createdAt,
    labels,
    ...(name === undefined ? {} : { name }),
    ...(volume === undefined ? {} : { volume }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
  };
}
