import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import {
  type AccessReport,
  BACKEND_API_VERSION,
  BackendError,
  type CallOptions,
  type CreateSnapshotRequest,
  type Disk,
  type DiskSpec,
  hasLabels,
  IDEMPOTENCY_KEY_LABEL,
  type ListSnapshotsRequest,
  type PersistentVolumeView,
  type Snapshot,
  type SnapshotBackend,
  type SnapshotReference,
} from "@k8s-snapshots/backend-api";
import { readDiskSpec, throwIfAborted } from "@k8s-snapshots/backend-api/toolkit";
import { manifest } from "./manifest.js";
import { LOCATION, type Restic } from "./restic.js";

/**
 * Directories as restic snapshots. A disk's id is its path, labels are tags, and a snapshot's id is its idempotency key:
 * restic knows its own id at the end only, and changes it when someone changes the tags.
 */
export class ResticBackend implements SnapshotBackend {
  readonly apiVersion = BACKEND_API_VERSION;
  readonly name = manifest.name;
  readonly capabilities = { restore: false, listLagMs: 0, maxPendingPerLocation: 1 };
  /** Backups of this process that are under way, or have failed. */
  readonly #backups = new Map<string, Snapshot>();
  readonly #stop = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly restic: Restic) {}

  async diskForVolume({ metadata, spec }: PersistentVolumeView, options?: CallOptions): Promise<Disk | undefined> {
    throwIfAborted(options);
    const source = spec.local ?? spec.hostPath;
    return source && toDisk(source.path, `the path of volume ${metadata.name}`);
  }

  async diskForSpec(spec: DiskSpec, options?: CallOptions): Promise<Disk> {
    throwIfAborted(options);
    return toDisk(readDiskSpec(spec, manifest.diskSchema)["path"], "spec.disk.path");
  }

  async *listSnapshots({ location, labels }: ListSnapshotsRequest, options?: CallOptions): AsyncGenerator<Snapshot> {
    if (location !== LOCATION) throw new BackendError("invalid", `there is no location ${location}, only ${LOCATION}`);
    // Noted before restic is asked: a backup that ends meanwhile is in both, and is what restic says.
    const listed = new Map(this.#backups);
    for (const snapshot of await this.restic.list(labels, options?.signal)) {
      if (listed.get(snapshot.id)?.state !== "failed") listed.set(snapshot.id, snapshot);
    }
    for (const snapshot of listed.values()) if (hasLabels(snapshot, labels)) yield snapshot;
  }

  /** Large directories take hours: the backup goes on after the answer, and lists tell what becomes of it. */
  async createSnapshot(request: CreateSnapshotRequest, options?: CallOptions): Promise<Snapshot> {
    throwIfAborted(options);
    const { disk, idempotencyKey: id, mayExist } = request;
    const [made] = mayExist ? await this.restic.list({ [IDEMPOTENCY_KEY_LABEL]: id }, options?.signal) : [];
    const known = this.#backups.get(id) ?? made;
    if (known) return known;
    if (!existsSync(disk.id)) throw new BackendError("not-found", `there is no directory ${disk.id} on this node`);
    const labels = { ...request.labels, [IDEMPOTENCY_KEY_LABEL]: id };
    const snapshot: Snapshot = { ...disk, id, diskId: disk.id, createdAt: new Date(), state: "pending", labels };
    this.#backups.set(id, snapshot);
    void this.#inTurn(() => this.#backUp(snapshot));
    return snapshot;
  }

  async deleteSnapshot({ id }: SnapshotReference, options?: CallOptions): Promise<void> {
    await this.#inTurn(() => this.restic.forget(id, options?.signal));
    this.#backups.delete(id);
  }

  async checkAccess(_location: string, options?: CallOptions): Promise<AccessReport> {
    await this.restic.list({ [IDEMPOTENCY_KEY_LABEL]: "none" }, options?.signal);
    return { checks: [{ permission: "open the repository", status: "granted" }] };
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#turn;
  }

  /** Never rejects. */
  async #backUp(snapshot: Snapshot): Promise<void> {
    const { id, diskId, labels } = snapshot;
    try {
      await this.restic.backUp(diskId, labels, this.#stop.signal);
      this.#backups.delete(id);
    } catch (error) {
      this.#backups.set(id, { ...snapshot, state: "failed", failure: (error as BackendError).message });
      // What could not be read whole must not stand for a whole one.
      await this.restic.forget(id).catch(() => undefined);
    }
  }

  /** restic deletes nothing while it backs up, and the other way round. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

function toDisk(path: unknown, where: string): Disk {
  const isPath = typeof path === "string" && isAbsolute(path) && !path.split("/").includes("..");
  if (isPath) return { location: LOCATION, id: resolve(path) };
  throw new BackendError("invalid", `${where} must be an absolute path without .., but is ${JSON.stringify(path)}`);
}
