import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import {
  type AccessReport,
  BACKEND_API_VERSION,
  type BackendCapabilities,
  BackendError,
  type CallOptions,
  type CreateSnapshotRequest,
  type Disk,
  type DiskSpec,
  hasLabels,
  IDEMPOTENCY_KEY_LABEL,
  type Labels,
  type ListSnapshotsRequest,
  type PersistentVolumeView,
  type RemoveRestoredRequest,
  type RestoredVolume,
  type RestoreRequest,
  type Snapshot,
  type SnapshotBackend,
  type SnapshotReference,
} from "@k8s-snapshots/backend-api";
import { throwIfAborted } from "@k8s-snapshots/backend-api/toolkit";
import type { ComputeApi, ComputeCallOptions } from "./compute-api.ts";
import { ComputeCaller, type ComputeCallerLimits } from "./compute-caller.ts";
import { checkPermissions } from "./gce-access.ts";
import type { GceConfig } from "./gce-config.ts";
import { GceCreations } from "./gce-creations.ts";
import { describeSnapshot, volumeInDescription } from "./gce-description.ts";
import { diskOfSpec, diskOfVolume, diskPath, type NamedDisk } from "./gce-disk.ts";
import { assertNotFailed, failureOf, reasonOf } from "./gce-error.ts";
import { toGoogleLabels } from "./gce-labels.ts";
import { requestIdOf, snapshotName } from "./gce-names.ts";
import { createOwnProject, type OwnProject } from "./gce-project.ts";
import { removeRestoredDisk } from "./gce-remove-restored.ts";
import { restoreDisk } from "./gce-restore.ts";
import { getSnapshot, mergeLabels } from "./gce-set-labels.ts";
import { diskIdOf, toDate, toFilter, toSnapshot } from "./gce-snapshot.ts";
import { parseSnapshotOptions, type SnapshotOptions } from "./gce-snapshot-options.ts";
import { manifest } from "./manifest.ts";
import type { Wait } from "./wait-for-disk.ts";

/** What a Google backend takes from outside. */
export interface GceDependencies {
  readonly open: () => Promise<ComputeApi>;
  /** Default: the metadata server. */
  readonly ownProject?: OwnProject;
  readonly limits?: ComputeCallerLimits;
  /** Between two looks at a disk that is being made. Default: timers. */
  readonly wait?: Wait;
}

/** Snapshots of Persistent Disks. A location is a project, a disk's id is `zones/ZONE/disks/NAME/ID`. */
export class GceBackend implements SnapshotBackend {
  readonly apiVersion: typeof BACKEND_API_VERSION = BACKEND_API_VERSION;
  readonly name: string = "google";
  readonly capabilities: BackendCapabilities = {
    restore: true,
    removeRestored: true,
    read: true,
    setLabels: true,
    volumeFacts: true,
    // Google promises no bound.
    listLagMs: 5000,
    // https://cloud.google.com/compute/docs/disks/snapshot-best-practices
    minIntervalMs: 10 * 60_000,
    // 1500 global mutations a minute and project, creations and deletions together; reads and lists are counted apart.
    // https://cloud.google.com/compute/docs/api-rate-limits
    callsPerSecond: { create: 5, delete: 5, list: 5 },
  };
  readonly #config: GceConfig;
  readonly #compute: ComputeCaller;
  readonly #creations: GceCreations;
  readonly #ownProject: OwnProject;
  readonly #wait: Wait;

  constructor(config: GceConfig, { open, ownProject, limits, wait }: GceDependencies) {
    this.#wait = wait ?? ((milliseconds, signal) => setTimeout(milliseconds, undefined, signal ? { signal } : {}));
    this.#config = config;
    this.#compute = new ComputeCaller(open, limits);
    this.#creations = new GceCreations(this.#compute);
    this.#ownProject = ownProject ?? createOwnProject(config.metadataServer);
  }

  async diskForVolume(volume: PersistentVolumeView, options?: CallOptions): Promise<Disk | undefined> {
    throwIfAborted(options);
    const named = diskOfVolume(volume);
    return named && this.#lookUp(named, `volume ${volume.metadata.name}`, options);
  }

  async diskForSpec(spec: DiskSpec, options?: CallOptions): Promise<Disk> {
    throwIfAborted(options);
    return this.#lookUp(diskOfSpec(spec), "spec.disk", options);
  }

  async *listSnapshots({ location, labels }: ListSnapshotsRequest, options?: CallOptions): AsyncGenerator<Snapshot> {
    try {
      yield* this.#creations.complete(this.#listed(location, labels, options), { location, labels }, options);
    } catch (error) {
      if ((error as BackendError).code !== "not-found") throw error;
      throw new BackendError("invalid", `there is no project ${location}: correct the volume or GCLOUD_PROJECT`, {
        scope: "location",
        cause: error,
      });
    }
  }

  /**
   * The name settles lost answers: it follows from the key, and Google takes each name once. The answer is put together
   * from the operation, which says which disk was meant and when, so that one request is enough.
   */
  async createSnapshot(request: CreateSnapshotRequest, options?: CallOptions): Promise<Snapshot> {
    const { disk, idempotencyKey } = request;
    const description = describeSnapshot(request.description, request.volume);
    const { location: project } = disk;
    const name = snapshotName(request.name, idempotencyKey);
    const labels = { ...request.labels, [IDEMPOTENCY_KEY_LABEL]: idempotencyKey };
    const [, path, diskNumber] = /^(.+)\/(\d+)$/.exec(disk.id) ?? [];
    if (path === undefined) throw new BackendError("invalid", `${disk.id} is not the id of a disk on Google`);
    const snapshotResource = {
      name,
      description,
      sourceDisk: `projects/${project}/${path}`,
      labels: toGoogleLabels(labels),
      ...this.#config.snapshotOptions,
      ...optionsOf(request.parameters),
    };
    const doing = `compute.snapshots.create of ${path} in ${project}`;
    const insert = (requestId: string) =>
      this.#compute.call(doing, options, async (api, how) => {
        try {
          return await api.insertSnapshot({ project, requestId, snapshotResource }, how);
        } catch (error) {
          if (reasonOf(error) === "alreadyExists") return undefined;
          throw error;
        }
      });
    let requestId = requestIdOf(idempotencyKey);
    let operation = await insert(requestId);
    // A new operation is hardly ever done: this one is an earlier try's, which Google remembers. It takes a new id.
    if (operation && failureOf(operation) !== undefined) {
      requestId = randomUUID();
      operation = await insert(requestId);
    }
    if (!operation) return this.#existing(project, name, disk, idempotencyKey, options);
    assertNotFailed(operation, doing);
    const isOfDisk = /\/disks\/[^/]+$/.test(operation.targetLink ?? "");
    if (isOfDisk && diskIdOf(operation.targetLink, operation.targetId) !== disk.id) {
      const what = `${path} is not disk ${diskNumber} any more: another one, ${operation.targetId}, bears its name`;
      throw new BackendError("not-found", `${doing}: ${what}; snapshot ${name} is of that one`);
    }
    const snapshot: Snapshot = {
      id: name,
      location: project,
      name,
      diskId: disk.id,
      createdAt: toDate(operation.insertTime),
      state: "pending",
      labels,
      ...volumeInDescription(description),
    };
    this.#creations.accept(snapshot, requestId);
    return snapshot;
  }

  async deleteSnapshot({ id, location }: SnapshotReference, options?: CallOptions): Promise<void> {
    const doing = `compute.snapshots.delete of ${id} in ${location}`;
    const remove = async (api: ComputeApi, how: ComputeCallOptions): Promise<void> => {
      const path = { project: location, snapshot: id };
      try {
        assertNotFailed(await api.deleteSnapshot(path, how), doing, "snapshot");
      } catch (error) {
        const reason = reasonOf(error);
        if (reason === "notFound") return;
        if (reason !== "resourceNotReady") throw error;
        // Either it is not ready yet, or it is being deleted already, and perhaps gone by now.
        const current = await api.getSnapshot(path, how).catch((gone: unknown) => {
          if (reasonOf(gone) !== "notFound") throw gone;
        });
        if (current && current.status !== "DELETING") throw error;
      }
    };
    await this.#compute.call(doing, options, remove, "snapshot");
    this.#creations.forget({ id, location });
  }

  async readSnapshot({ id, location }: SnapshotReference, options?: CallOptions): Promise<Snapshot | undefined> {
    const answer = await getSnapshot(this.#compute, location, id, options).catch((error: BackendError) => {
      if (error.code !== "not-found") throw error;
      return undefined;
    });
    return answer && toSnapshot(answer, location);
  }

  async setSnapshotLabels(snapshot: SnapshotReference, labels: Labels, options?: CallOptions): Promise<void> {
    await mergeLabels(this.#compute, snapshot, labels, options);
  }

  async checkAccess(location: string, options?: CallOptions): Promise<AccessReport> {
    return { checks: await checkPermissions(this.#compute, location, options) };
  }

  async restoreSnapshot(request: RestoreRequest, options?: CallOptions): Promise<RestoredVolume> {
    return restoreDisk(this.#compute, request, this.#wait, options);
  }

  async removeRestored(request: RemoveRestoredRequest, options?: CallOptions): Promise<void> {
    await removeRestoredDisk(this.#compute, request, this.#wait, options);
  }

  async *#listed(project: string, labels: Labels, options: CallOptions | undefined): AsyncGenerator<Snapshot> {
    for await (const answer of this.#compute.snapshots(project, toFilter(labels), options)) {
      const snapshot = toSnapshot(answer, project);
      // Google has filtered already: what is not understood may be ours.
      if (snapshot.state === "unknown" || hasLabels(snapshot, labels)) yield snapshot;
    }
  }

  async #existing(
    project: string,
    name: string,
    disk: Disk,
    key: string,
    options: CallOptions | undefined,
  ): Promise<Snapshot> {
    const found = toSnapshot(await getSnapshot(this.#compute, project, name, options), project);
    if (found.diskId === disk.id && found.labels[IDEMPOTENCY_KEY_LABEL] === key) return found;
    throw new BackendError("invalid", `snapshot ${name} in ${project} is not of this creation: rename or delete it`);
  }

  async #lookUp(named: NamedDisk, where: string, options: CallOptions | undefined): Promise<Disk> {
    const project = named.project ?? this.#config.project ?? (await this.#ownProject(options?.signal));
    throwIfAborted(options);
    if (project === undefined) {
      throw new BackendError("invalid", `${where}: cannot determine the project of ${named.disk}: set GCLOUD_PROJECT`);
    }
    const doing = `compute.disks.get of ${diskPath(project, named)}`;
    const { kind, place, disk } = named;
    const { id } = await this.#compute.call(doing, options, (api, how) =>
      api.getDisk({ project, kind, place, disk }, how),
    );
    return { location: project, id: diskIdOf(diskPath(project, named), id) };
  }
}

/** @throws {BackendError} `invalid` if one is unknown or malformed */
function optionsOf(parameters: CreateSnapshotRequest["parameters"]): SnapshotOptions {
  const unknown = Object.keys(parameters ?? {}).find((name) => !Object.hasOwn(manifest.parameters ?? {}, name));
  if (unknown !== undefined) throw new BackendError("invalid", `parameter ${unknown} is not one of a Google snapshot`);
  try {
    return parseSnapshotOptions(parameters ?? {}, (option) => `parameter ${option}`);
  } catch (error) {
    throw new BackendError("invalid", (error as Error).message, { cause: error });
  }
}
