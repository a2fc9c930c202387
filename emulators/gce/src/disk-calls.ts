import { alreadyExists, invalidField, notFound, notReady } from "./api-error.ts";
import type { ComputeStore } from "./compute-store.ts";
import { beginOperation, operationOfRequest } from "./operation-log.ts";
import { requirePlace } from "./places.ts";
import {
  type DiskRecord,
  diskPath,
  type OperationRecord,
  type Scope,
  type SnapshotRecord,
  snapshotPath,
  statusOf,
} from "./records.ts";
import { type Labels, pathOfLink, requireLabels, requireName } from "./resource-rules.ts";
import { type ChangeContext, requireSnapshot, toOperationError } from "./snapshot-calls.ts";

/** A disk as requests describe it. */
export interface DiskBody {
  readonly name?: string;
  readonly description?: string;
  readonly sizeGb?: string;
  readonly type?: string;
  readonly labels?: Labels;
  readonly sourceSnapshot?: string;
  readonly replicaZones?: readonly string[];
}

const defaultSizeGb = "500";

/** @throws {ApiError} 400 if something is not allowed, 404 if zone or snapshot are not there, 409 if the name is taken */
export function insertDisk(
  store: ComputeStore,
  project: string,
  scope: Scope,
  body: DiskBody,
  { requestId, failure }: ChangeContext,
): OperationRecord {
  const repeated = operationOfRequest(store, project, requestId);
  if (repeated) return repeated;
  requirePlace(project, scope);
  const name = requireName(body.name);
  const path = diskPath({ project, scope, name });
  if (store.findDisk(project, scope, name)) throw alreadyExists(path);
  const source = body.sourceSnapshot === undefined ? undefined : readySnapshot(store, body.sourceSnapshot);
  const sizeGb = body.sizeGb ?? source?.diskSizeGb ?? defaultSizeGb;
  if (source && BigInt(sizeGb) < BigInt(source.diskSizeGb)) {
    const why = `Requested disk size cannot be smaller than the snapshot size (${source.diskSizeGb} GB)`;
    throw invalidField("resource.sizeGb", sizeGb, why);
  }
  const replicaZones = scope.kind === "regions" ? requireReplicaZones(body.replicaZones, scope) : undefined;
  const disk: DiskRecord = {
    id: store.newId(),
    project,
    scope,
    name,
    sizeGb,
    labels: requireLabels(body.labels),
    createdAt: store.now(),
    content: source?.content ?? "",
    ...(body.description === undefined ? {} : { description: body.description }),
    ...(body.type === undefined ? {} : { type: body.type.split("/").at(-1) as string }),
    ...(replicaZones ? { replicaZones } : {}),
    ...(source ? { sourceSnapshot: snapshotPath(source), sourceSnapshotId: source.id } : {}),
  };
  const error = toOperationError(failure);
  if (!error) store.disks.add(disk);
  return beginOperation(store, { project, scope, type: "insert", target: path, targetId: disk.id, requestId, error });
}

/** Its snapshots stay. @throws {ApiError} 404 if it is not there */
export function deleteDisk(
  store: ComputeStore,
  project: string,
  scope: Scope,
  name: string,
  { requestId, failure }: ChangeContext,
): OperationRecord {
  const repeated = operationOfRequest(store, project, requestId);
  if (repeated) return repeated;
  const disk = requireDisk(store, project, scope, name);
  const error = toOperationError(failure);
  if (!error) store.disks.delete(disk);
  const target = diskPath(disk);
  return beginOperation(store, { project, scope, type: "delete", target, targetId: disk.id, requestId, error });
}

/**
 * @param name - or the id
 * @throws {ApiError} 404
 */
export function requireDisk(store: ComputeStore, project: string, scope: Scope, name: string): DiskRecord {
  requirePlace(project, scope);
  const found = store.findDisk(project, scope, name);
  if (!found) throw notFound(diskPath({ project, scope, name }));
  return found;
}

function readySnapshot(store: ComputeStore, link: string): SnapshotRecord {
  const path = pathOfLink(link, "resource.sourceSnapshot");
  const [, owner, name] = /^projects\/([^/]+)\/global\/snapshots\/([^/]+)$/.exec(path) ?? [];
  if (owner === undefined || name === undefined) {
    throw invalidField("resource.sourceSnapshot", link, "The URL is malformed.");
  }
  const snapshot = requireSnapshot(store, owner, name);
  if (statusOf(snapshot, store.now()) !== "READY") throw notReady(path);
  return snapshot;
}

function requireReplicaZones(links: readonly string[] = [], region: Scope): readonly string[] {
  const paths = links.map((link) => pathOfLink(link, "resource.replicaZones"));
  const areInside = paths.every((path) => path.includes(`/zones/${region.name}-`));
  if (new Set(paths).size === 2 && areInside) return paths;
  throw invalidField("resource.replicaZones", links.join(), "Exactly two zones of the region must be given.");
}
