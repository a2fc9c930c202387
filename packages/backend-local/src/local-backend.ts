import { realpath, stat } from "node:fs/promises";
import {
  type AccessReport,
  BACKEND_API_VERSION,
  type BackendCapabilities,
  BackendError,
  type CallOptions,
  type CreateSnapshotRequest,
  type Disk,
  type DiskSpec,
  type Labels,
  type ListSnapshotsRequest,
  type PersistentVolumeView,
  type RemoveRestoredRequest,
  type RestoredVolume,
  type RestoreRequest,
  type Snapshot,
  type SnapshotBackend,
  type SnapshotReference,
  type SnapshotState,
  volumeFactsOf,
} from "@k8s-snapshots/backend-api";
import { throwIfAborted } from "@k8s-snapshots/backend-api/toolkit";
import { type CopyTree, copyTree } from "./copy-tree.ts";
import { checkDirectories } from "./local-access.ts";
import type { LocalConfig } from "./local-config.ts";
import { allowedPath, assertRealPathAllowed, diskOfSpec, diskOfVolume } from "./local-disk.ts";
import { toBackendError } from "./local-error.ts";
import { removeRestoredDirectory, restoreDirectory } from "./local-restore.ts";
import { diskHash, identityOf, snapshotId } from "./local-snapshot.ts";
import { RunningCopies } from "./running-copies.ts";
import { assertSnapshotId, SnapshotFolder, type StoredSnapshot } from "./snapshot-folder.ts";
import type { SnapshotRecord } from "./snapshot-record.ts";

/** What a local backend takes from outside. */
export interface LocalDependencies {
  /** The clock. Must go with that of the file system, which dates signs of life. Default: the machine's. */
  readonly now?: () => Date;

  /** Copies a directory. Default: {@link copyTree}. */
  readonly copyTree?: CopyTree;
}

/**
 * Snapshots of directories. A creation is answered once its record is in the snapshot folder; the copy goes on in the
 * background, and the snapshot is pending meanwhile. A copy whose process dies is listed as failed a minute later.
 */
export class LocalBackend implements SnapshotBackend {
  readonly apiVersion: typeof BACKEND_API_VERSION = BACKEND_API_VERSION;
  readonly name: string = "local";
  readonly capabilities: BackendCapabilities = {
    restore: true,
    removeRestored: true,
    read: true,
    setLabels: true,
    volumeFacts: true,
    listLagMs: 0,
  };
  readonly #config: LocalConfig;
  readonly #now: () => Date;
  readonly #copyTree: CopyTree;
  readonly #folder: SnapshotFolder;
  readonly #copies: RunningCopies;

  constructor(config: LocalConfig, dependencies: LocalDependencies = {}) {
    this.#config = config;
    this.#now = dependencies.now ?? (() => new Date());
    this.#copyTree = dependencies.copyTree ?? copyTree;
    this.#folder = new SnapshotFolder(config.snapshotDirectory, this.#now);
    this.#copies = new RunningCopies(this.#folder, this.#copyTree, this.#now);
  }

  async diskForVolume(volume: PersistentVolumeView, options?: CallOptions): Promise<Disk | undefined> {
    throwIfAborted(options);
    return diskOfVolume(volume, this.#config);
  }

  async diskForSpec(spec: DiskSpec, options?: CallOptions): Promise<Disk> {
    throwIfAborted(options);
    return diskOfSpec(spec, this.#config);
  }

  /** Damaged records come last: by then the disk is known of which the others with the same hash are. */
  async *listSnapshots(request: ListSnapshotsRequest, options?: CallOptions): AsyncGenerator<Snapshot, void> {
    const wanted = Object.entries(request.labels);
    const isWanted = (labels: Labels): boolean => wanted.every(([key, value]) => labels[key] === value);
    const diskIds = new Map<string, string>();
    const damaged: Snapshot[] = [];
    try {
      throwIfAborted(options);
      this.#assertLocation(request.location);
      const ids = await this.#folder.ids();
      options?.onDate?.(this.#now());
      for (const id of ids) {
        throwIfAborted(options);
        const stored = await this.#folder.find(id);
        if (!stored) continue;
        const { record } = stored;
        const snapshot = this.#toSnapshot(id, stored);
        if (record.version !== undefined) diskIds.set(diskHash(id), record.diskId);
        if (record.labels && !isWanted(record.labels)) continue;
        if (record.version !== undefined) yield snapshot;
        else damaged.push(snapshot);
      }
      for (const snapshot of damaged) {
        throwIfAborted(options);
        yield { ...snapshot, diskId: snapshot.diskId || (diskIds.get(diskHash(snapshot.id)) ?? "") };
      }
    } catch (error) {
      throw toBackendError(error, `listing ${this.#folder.path}`, this.#folder.path);
    }
  }

  createSnapshot(request: CreateSnapshotRequest, options?: CallOptions): Promise<Snapshot> {
    const { disk, idempotencyKey, name, description, labels } = request;
    const volume = volumeFactsOf(request.volume ?? {});
    return this.#call(`snapshotting ${disk.id}`, options, async () => {
      this.#assertLocation(disk.location);
      const id = snapshotId(idempotencyKey, disk.id);
      assertSnapshotId(id);
      await this.#folder.assertThere();
      const earlier = await this.#folder.find(id);
      if (earlier) return this.#toSnapshot(id, earlier);
      const source = await this.#sourceOf(disk);
      throwIfAborted(options);
      const identity = { version: 1, diskId: disk.id, createdAt: this.#now(), name, description, labels } as const;
      const record: SnapshotRecord = { ...identity, ...(volume && { volume }) };
      if (await this.#folder.begin(id, record)) this.#copies.start(id, source);
      const begun = await this.#folder.find(id);
      return begun ? this.#toSnapshot(id, begun) : { ...identityOf(id, disk.location, record), state: "pending" };
    });
  }

  deleteSnapshot({ id, location }: SnapshotReference, options?: CallOptions): Promise<void> {
    return this.#call(`deleting ${id}`, options, async () => {
      this.#assertLocation(location);
      assertSnapshotId(id);
      await this.#copies.stop(id);
      await this.#folder.remove(id);
    });
  }

  readSnapshot({ id, location }: SnapshotReference, options?: CallOptions): Promise<Snapshot | undefined> {
    return this.#call(`reading ${id}`, options, async () => {
      this.#assertLocation(location);
      assertSnapshotId(id);
      await this.#folder.assertThere();
      const stored = await this.#folder.find(id);
      return stored && this.#toSnapshot(id, stored);
    });
  }

  setSnapshotLabels({ id, location }: SnapshotReference, labels: Labels, options?: CallOptions): Promise<void> {
    return this.#call(`setting labels of ${id}`, options, async () => {
      this.#assertLocation(location);
      assertSnapshotId(id);
      await this.#folder.assertThere();
      if (!(await this.#folder.relabel(id, labels))) throw this.#notFound(id);
    });
  }

  checkAccess(location: string, options?: CallOptions): Promise<AccessReport> {
    return this.#call("checking access", options, async () => {
      this.#assertLocation(location);
      return { checks: await checkDirectories(this.#config) };
    });
  }

  restoreSnapshot(request: RestoreRequest, options?: CallOptions): Promise<RestoredVolume> {
    const { id, location } = request.snapshot;
    return this.#call(`restoring ${id}`, options, async () => {
      this.#assertLocation(location);
      assertSnapshotId(id);
      const stored = await this.#folder.find(id);
      if (!stored) throw this.#notFound(id);
      const state = this.#stateOf(id, stored);
      if (state !== "ready") throw new BackendError("invalid", `snapshot ${id} is ${state}, not ready`);
      const signal = options?.signal ?? new AbortController().signal;
      const { diskId, sizeBytes } = identityOf(id, location, stored.record);
      const source = { data: this.#folder.dataPath(id, "snapshots"), diskId, sizeBytes };
      return restoreDirectory(source, request, this.#config, this.#copyTree, signal);
    });
  }

  removeRestored(request: RemoveRestoredRequest, options?: CallOptions): Promise<void> {
    return this.#call(`removing ${request.diskId}`, options, async () => {
      this.#assertLocation(request.location);
      await removeRestoredDirectory(request, this.#config);
    });
  }

  /** Resolves when the copies that run now are over, well or badly. */
  settled(): Promise<void> {
    return this.#copies.settled();
  }

  /** Stops the copies that run, and removes what they have made. */
  close(): Promise<void> {
    return this.#copies.stopAll();
  }

  async #call<T>(doing: string, options: CallOptions | undefined, work: () => Promise<T>): Promise<T> {
    throwIfAborted(options);
    try {
      return await work();
    } catch (error) {
      throwIfAborted(options);
      throw toBackendError(error, doing, this.#folder.path);
    } finally {
      options?.onDate?.(this.#now());
    }
  }

  #assertLocation(location: string): void {
    if (location === this.#config.location) return;
    throw new BackendError("invalid", `there is no location ${location}: this backend's is ${this.#config.location}`, {
      scope: "location",
    });
  }

  async #sourceOf(disk: Disk): Promise<string> {
    const source = await realpath(allowedPath(disk.id, "the disk", this.#config));
    await assertRealPathAllowed(source, `disk ${disk.id}`, this.#config);
    if ((await stat(source)).isDirectory()) return source;
    throw new BackendError("invalid", `disk ${disk.id} is not a directory`);
  }

  #notFound(id: string): BackendError {
    const message = `snapshot ${id} does not exist in ${this.#folder.path}`;
    return new BackendError("not-found", message, { scope: "snapshot" });
  }

  #toSnapshot(id: string, stored: StoredSnapshot): Snapshot {
    return { ...identityOf(id, this.#config.location, stored.record), state: this.#stateOf(id, stored) };
  }

  #stateOf(id: string, stored: StoredSnapshot): SnapshotState {
    if (stored.record.version === undefined) return "unknown";
    if (stored.whole) return "ready";
    if (stored.record.failure !== undefined) return "failed";
    return this.#copies.isAlive(id, stored) ? "pending" : "failed";
  }
}
