import { toPacificTime } from "./pacific-time.ts";
import {
  type DiskRecord,
  diskPath,
  type OperationRecord,
  type SnapshotRecord,
  scopePath,
  snapshotPath,
  statusOf,
} from "./records.ts";

const gibibyte = 2n ** 30n;

/** A link as Compute Engine gives it: with a host that is not the one it was asked at. */
export function linkTo(path: string): string {
  return `https://www.googleapis.com/compute/v1/${path}`;
}

export function toSnapshot(snapshot: SnapshotRecord, now: number): object {
  const status = statusOf(snapshot, now);
  const isStored = now >= snapshot.endsAt && snapshot.end === "READY";
  return {
    kind: "compute#snapshot",
    id: snapshot.id,
    ...(snapshot.isUndated ? {} : { creationTimestamp: toPacificTime(snapshot.createdAt) }),
    name: snapshot.name,
    ...described(snapshot),
    status,
    sourceDisk: linkTo(snapshot.sourceDisk),
    sourceDiskId: snapshot.sourceDiskId,
    diskSizeGb: snapshot.diskSizeGb,
    ...(isStored
      ? { storageBytes: String((BigInt(snapshot.diskSizeGb) * gibibyte) / 4n), storageBytesStatus: "UP_TO_DATE" }
      : {}),
    storageLocations: snapshot.storageLocations,
    snapshotType: snapshot.snapshotType,
    ...(snapshot.guestFlush === undefined ? {} : { guestFlush: snapshot.guestFlush }),
    ...(snapshot.snapshotEncryptionKey === undefined ? {} : { snapshotEncryptionKey: snapshot.snapshotEncryptionKey }),
    selfLink: linkTo(snapshotPath(snapshot)),
    ...labelled(snapshot.labels),
    labelFingerprint: fingerprint(snapshot.labels),
  };
}

export function toDisk(disk: DiskRecord): object {
  const { scope, project, replicaZones, sourceSnapshot, sourceSnapshotId } = disk;
  return {
    kind: "compute#disk",
    id: disk.id,
    creationTimestamp: toPacificTime(disk.createdAt),
    name: disk.name,
    ...described(disk),
    sizeGb: disk.sizeGb,
    status: "READY",
    [scope.kind === "zones" ? "zone" : "region"]: linkTo(scopePath(project, scope)),
    ...(replicaZones ? { replicaZones: replicaZones.map(linkTo) } : {}),
    ...(sourceSnapshot === undefined ? {} : { sourceSnapshot: linkTo(sourceSnapshot), sourceSnapshotId }),
    selfLink: linkTo(diskPath(disk)),
    type: linkTo(`${scopePath(project, scope)}/diskTypes/${disk.type ?? "pd-standard"}`),
    physicalBlockSizeBytes: "4096",
    ...labelled(disk.labels),
    labelFingerprint: fingerprint(disk.labels),
  };
}

export function toOperation(operation: OperationRecord, now: number): object {
  const { project, scope, name, requestId, error, startsAt } = operation;
  const endsAt = operation.endsAt();
  const status = now >= endsAt ? "DONE" : now >= startsAt ? "RUNNING" : "PENDING";
  return {
    kind: "compute#operation",
    id: operation.id,
    name,
    operationType: operation.type,
    targetLink: linkTo(operation.target),
    targetId: operation.targetId,
    status,
    progress: status === "DONE" ? 100 : 0,
    user: "emulator@example.com",
    insertTime: toPacificTime(operation.insertedAt),
    ...(status === "PENDING" ? {} : { startTime: toPacificTime(startsAt) }),
    ...(status === "DONE" ? { endTime: toPacificTime(endsAt) } : {}),
    ...(status === "DONE" && error
      ? { error: { errors: [error] }, httpErrorStatusCode: 400, httpErrorMessage: "BAD REQUEST" }
      : {}),
    ...(requestId === undefined ? {} : { clientOperationId: requestId }),
    ...(scope.kind === "zones" ? { zone: linkTo(scopePath(project, scope)) } : {}),
    ...(scope.kind === "regions" ? { region: linkTo(scopePath(project, scope)) } : {}),
    selfLink: linkTo(`${scopePath(project, scope)}/operations/${name}`),
  };
}

/** Another one for other labels. */
export function fingerprint(labels: Readonly<Record<string, string>>): string {
  const text = JSON.stringify(Object.entries(labels).toSorted());
  let sum = 0;
  for (const character of text) sum = (sum * 31 + character.charCodeAt(0)) >>> 0;
  return Buffer.from(sum.toString(16).padStart(8, "0"), "hex").toString("base64");
}

function labelled(labels: Readonly<Record<string, string>>): object {
  return Object.keys(labels).length === 0 ? {} : { labels };
}

function described({ description }: { readonly description?: string }): object {
  return description === undefined ? {} : { description };
}
