import { notFound } from "./api-error.ts";
import type { ComputeStore } from "./compute-store.ts";
import { type DiskBody, deleteDisk, insertDisk, requireDisk } from "./disk-calls.ts";
import type { OperationFault } from "./faults.ts";
import { type ListQuery, toPage } from "./list-page.ts";
import { operationsOf, requireOperation } from "./operation-log.ts";
import { listPlaces, requirePlace } from "./places.ts";
import { type OperationRecord, type Scope, scopePath } from "./records.ts";
import { linkTo, toDisk, toOperation, toSnapshot } from "./resource-form.ts";
import { requireRequestId } from "./resource-rules.ts";
import {
  createSnapshot,
  deleteSnapshot,
  insertSnapshot,
  requireSnapshot,
  type SnapshotBody,
  setSnapshotLabels,
} from "./snapshot-calls.ts";

/** A call that was found to be as described. */
export interface MethodCall {
  readonly method: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: ListQuery & { readonly requestId?: string };
  readonly body: object;
  readonly failure: OperationFault | undefined;
}

/**
 * Carries out a call.
 *
 * @returns the answer's body; for a call that waits, of the moment
 * @throws {ApiError}
 */
export function carryOut(store: ComputeStore, pageSize: number, call: MethodCall): object {
  const { path, query, failure, method } = call;
  const { project = "", disk = "", snapshot = "", operation = "" } = path;
  const scope = scopeOf(method, path);
  if (!store.projects.has(project)) throw notFound(`projects/${project}`);
  const change = { requestId: requireRequestId(query.requestId), failure };
  const done = (record: OperationRecord): object => toOperation(record, store.now());
  const list = (kind: string, items: readonly object[]): object => ({ kind, ...toPage(items, query, pageSize) });
  const disksIn = (place: Scope): object[] =>
    [...store.disks]
      .filter((each) => each.project === project && each.scope.kind === place.kind && each.scope.name === place.name)
      .map(toDisk);
  switch (method) {
    case "snapshots.insert":
      return done(insertSnapshot(store, project, call.body, change));
    case "disks.createSnapshot":
    case "regionDisks.createSnapshot": {
      const source = requireDisk(store, project, scope, disk);
      return done(createSnapshot(store, project, scope, source, call.body as SnapshotBody, change));
    }
    case "snapshots.get":
      return toSnapshot(requireSnapshot(store, project, snapshot), store.now());
    case "snapshots.list":
      return list(
        "compute#snapshotList",
        store.snapshotsOf(project).map((each) => toSnapshot(each, store.now())),
      );
    case "snapshots.delete":
      return done(deleteSnapshot(store, project, snapshot, change));
    case "snapshots.setLabels":
      return done(setSnapshotLabels(store, project, path["resource"] ?? "", call.body));
    case "disks.insert":
    case "regionDisks.insert":
      return done(insertDisk(store, project, scope, call.body as DiskBody, change));
    case "disks.delete":
    case "regionDisks.delete":
      return done(deleteDisk(store, project, scope, disk, change));
    case "disks.get":
    case "regionDisks.get":
      return toDisk(requireDisk(store, project, scope, disk));
    case "disks.list":
    case "regionDisks.list":
      requirePlace(project, scope);
      return list("compute#diskList", disksIn(scope));
    case "disks.aggregatedList":
      return { kind: "compute#diskAggregatedList", items: aggregate(project, disksIn, query) };
    case "zones.get":
    case "regions.get":
      return requirePlace(project, scope);
    case "zones.list":
    case "regions.list":
      return list(`compute#${method.startsWith("zones") ? "zone" : "region"}List`, listPlaces(project, scope.kind));
    case "zoneOperations.list":
    case "regionOperations.list":
    case "globalOperations.list":
      return list(
        "compute#operationList",
        operationsOf(store, project, scope).map((each) => toOperation(each, store.now())),
      );
    case "projects.get":
      return { kind: "compute#project", id: "1", name: project, selfLink: linkTo(`projects/${project}`) };
    default:
      return done(requireOperation(store, project, scope, operation));
  }
}

function scopeOf(method: string, { zone, region }: Readonly<Record<string, string>>): Scope {
  if (zone !== undefined || method === "zones.list") return { kind: "zones", ...(zone ? { name: zone } : {}) };
  if (region !== undefined || method === "regions.list")
    return { kind: "regions", ...(region ? { name: region } : {}) };
  return { kind: "global" };
}

/** By zone and region, without pages. */
function aggregate(project: string, disksIn: (scope: Scope) => object[], { filter }: ListQuery): object {
  const places = (["regions", "zones"] as const).flatMap((kind) =>
    listPlaces(project, kind).map(({ name }): Scope => ({ kind, name })),
  );
  const entries = places.map((place) => {
    const { items } = toPage(disksIn(place), filter === undefined ? {} : { filter }, Number.POSITIVE_INFINITY);
    const key = scopePath("", place).slice("projects//".length);
    return [key, items ? { disks: items } : emptyScope(key)];
  });
  return Object.fromEntries(entries);
}

function emptyScope(place: string): object {
  const message = `There are no results for scope '${place}' on this page.`;
  return { warning: { code: "NO_RESULTS_ON_PAGE", message, data: [{ key: "scope", value: place }] } };
}
