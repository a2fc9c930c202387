import { ApiError, alreadyExists, invalidField, notFound, notReady } from "./api-error.ts";
import type { ComputeStore } from "./compute-store.ts";
import type { OperationFault } from "./faults.ts";
import { beginOperation, operationOfRequest } from "./operation-log.ts";
import {
  type DiskRecord,
  diskPath,
  type OperationRecord,
  type Scope,
  type SnapshotRecord,
  snapshotPath,
  statusOf,
} from "./records.ts";
import { fingerprint } from "./resource-form.ts";
import { type Labels, pathOfLink, requireLabels, requireName } from "./resource-rules.ts";

/** A snapshot as requests describe it. */
export interface SnapshotBody {
  readonly name?: string;
  readonly description?: string;
  readonly labels?: Labels;
  readonly sourceDisk?: string;
  readonly storageLocations?: readonly string[];
  readonly snapshotType?: string;
  readonly guestFlush?: boolean;
  readonly snapshotEncryptionKey?: object;
}

/** What a change comes with. */
export interface ChangeContext {
  readonly requestId: string | undefined;
  readonly failure: OperationFault | undefined;
}

/** Seven snapshots of a disk within an hour are one too many. */
const burst = 6;
const burstMs = 60 * 60_000;

/** @throws {ApiError} 404 if there is no such disk, else as {@link createSnapshot} */
export function insertSnapshot(
  store: ComputeStore,
  project: string,
  body: SnapshotBody,
  context: ChangeContext,
): OperationRecord {
  const path = pathOfLink(body.sourceDisk, "resource.sourceDisk");
  const [, owner = "", kind, place = "", name = ""] =
    /^projects\/([^/]+)\/(zones|regions)\/([^/]+)\/disks\/([^/]+)$/.exec(path) ?? [];
  if (kind === undefined) throw invalidField("resource.sourceDisk", body.sourceDisk, "The URL is malformed.");
  const disk = store.findDisk(owner, { kind: kind as Scope["kind"], name: place }, name);
  if (!disk) throw notFound(path);
  return createSnapshot(store, project, { kind: "global" }, disk, body, context);
}

/** @throws {ApiError} 400 if name or labels are not allowed, 409 if the name is taken */
export function createSnapshot(
  store: ComputeStore,
  project: string,
  scope: Scope,
  disk: DiskRecord,
  body: SnapshotBody,
  { requestId, failure }: ChangeContext,
): OperationRecord {
  const repeated = operationOfRequest(store, project, requestId);
  if (repeated) return repeated;
  const name = requireName(body.name);
  const labels = requireLabels(body.labels);
  if (store.findSnapshot(project, name)) throw alreadyExists(snapshotPath({ project, name }));
  const draft = { project, scope, type: "createSnapshot", target: diskPath(disk), targetId: disk.id, requestId };
  const error = toOperationError(failure) ?? tooFrequent(store, disk);
  if (error) return beginOperation(store, { ...draft, error });
  const now = store.now();
  const { operation } = store.durations;
  const snapshot: SnapshotRecord = {
    id: store.newId(),
    project,
    name,
    sourceDisk: diskPath(disk),
    sourceDiskId: disk.id,
    diskSizeGb: disk.sizeGb,
    ...(body.description === undefined ? {} : { description: body.description }),
    storageLocations: body.storageLocations ?? ["us"],
    snapshotType: body.snapshotType ?? "STANDARD",
    ...(body.guestFlush === undefined ? {} : { guestFlush: body.guestFlush }),
    ...(body.snapshotEncryptionKey === undefined ? {} : { snapshotEncryptionKey: body.snapshotEncryptionKey }),
    createdAt: now,
    content: disk.content,
    labels,
    uploadingAt: now + operation,
    endsAt: store.keepsPending ? Number.POSITIVE_INFINITY : now + 2 * operation,
    end: "READY",
    deletingAt: Number.POSITIVE_INFINITY,
    goneAt: Number.POSITIVE_INFINITY,
  };
  store.snapshots.add(snapshot);
  store.changed(snapshot);
  return beginOperation(store, { ...draft, endsAt: () => snapshot.endsAt });
}

/** @throws {ApiError} 400 if it is in use or not ready, 404 if it is not there */
export function deleteSnapshot(
  store: ComputeStore,
  project: string,
  name: string,
  { requestId, failure }: ChangeContext,
): OperationRecord {
  const repeated = operationOfRequest(store, project, requestId);
  if (repeated) return repeated;
  const snapshot = requireSnapshot(store, project, name);
  const path = snapshotPath(snapshot);
  const now = store.now();
  const status = statusOf(snapshot, now);
  if (status !== "READY" && status !== "FAILED") throw notReady(path);
  if (snapshot.user !== undefined) {
    const message = `The snapshot resource '${path}' is already being used by '${snapshot.user}'`;
    throw new ApiError(400, "resourceInUseByAnotherResource", message);
  }
  const error = toOperationError(failure);
  if (!error) {
    snapshot.deletingAt = now;
    snapshot.goneAt = now + store.durations.operation;
    store.changed(snapshot);
  }
  return beginOperation(store, { ...globalChange(snapshot, "delete"), requestId, error });
}

/** @throws {ApiError} 404 if it is not there, 412 if the labels have changed since they were read */
export function setSnapshotLabels(
  store: ComputeStore,
  project: string,
  name: string,
  { labels = {}, labelFingerprint }: { readonly labels?: Labels; readonly labelFingerprint?: string },
): OperationRecord {
  const snapshot = requireSnapshot(store, project, name);
  if (labelFingerprint !== fingerprint(snapshot.labels)) {
    throw new ApiError(412, "conditionNotMet", "Labels fingerprint either invalid or resource labels have changed");
  }
  snapshot.labels = requireLabels(labels);
  store.changed(snapshot);
  return beginOperation(store, { ...globalChange(snapshot, "setLabels"), requestId: undefined });
}

/**
 * @param name - or the id
 * @throws {ApiError} 404
 */
export function requireSnapshot(store: ComputeStore, project: string, name: string): SnapshotRecord {
  const found = store.findSnapshot(project, name);
  if (!found) throw notFound(snapshotPath({ project, name }));
  return found;
}

function globalChange(
  snapshot: SnapshotRecord,
  type: string,
): Pick<OperationRecord, "project" | "scope" | "type" | "target" | "targetId"> {
  const { project, id: targetId } = snapshot;
  return { project, scope: { kind: "global" }, type, target: snapshotPath(snapshot), targetId };
}

/** What a failing operation says; `undefined` if it does not fail. */
export function toOperationError(failure: OperationFault | undefined): OperationRecord["error"] {
  return failure && { code: failure.code, message: failure.message ?? "the emulator was told to fail the operation" };
}

function tooFrequent(store: ComputeStore, disk: DiskRecord): OperationRecord["error"] {
  const since = store.now() - burstMs;
  const recent = [...store.snapshots].filter(
    ({ sourceDiskId, createdAt }) => sourceDiskId === disk.id && createdAt > since,
  );
  if (recent.length < burst) return undefined;
  const message = `Operation rate exceeded for resource '${diskPath(disk)}'. Too frequent operations from the source resource.`;
  return { code: "RESOURCE_OPERATION_RATE_EXCEEDED", message };
}
