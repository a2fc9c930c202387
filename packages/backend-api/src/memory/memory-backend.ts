import { setTimeout } from "node:timers/promises";
import type { AccessReport } from "../access.ts";
import { BACKEND_API_VERSION, type CallOptions, type SnapshotBackend } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { BackendCapabilities } from "../capabilities.ts";
import type { Disk, DiskSpec, PersistentVolumeView } from "../disk.ts";
import type { CreateSnapshotGroupRequest } from "../group.ts";
import type { LocationLimits } from "../limits.ts";
import type { RemoveRestoredRequest, RestoredVolume, RestoreRequest } from "../restore.ts";
import type { CreateSnapshotRequest, Labels, ListSnapshotsRequest, Snapshot, SnapshotReference } from "../snapshot.ts";
import { type MemoryBackendSettings, MemoryCallRunner } from "./memory-call.ts";
import { createSnapshot, createSnapshotGroup } from "./memory-create.ts";
import { diskOfSpec, diskOfVolume } from "./memory-disk.ts";
import { iteratePages, readPage } from "./memory-list.ts";
import type { MemoryBackendOptions, MemoryFault } from "./memory-options.ts";
import { currentView, type MemoryRecord } from "./memory-record.ts";
import { removeRestoredDisk, restoreDisk } from "./memory-restore.ts";
import { controlOf, type MemoryStorage } from "./memory-storage.ts";
import { MemoryStore } from "./memory-store.ts";
import { watchSnapshots } from "./memory-watch.ts";

/** What {@link createMemoryBackend} makes. */
export interface MemoryWorld {
  readonly backend: SnapshotBackend;
  /** The storage system behind it. */
  readonly storage: MemoryStorage;
}

/**
 * The reference backend: the contract over maps. With it, a scheduler can be tested without a storage system, under a
 * virtual clock and with faults; a writer of a backend can read what the contract means.
 *
 * @example
 * ```ts
 * const { backend, storage } = createMemoryBackend({ snapshotDuration: () => 60_000 });
 * const disk = storage.addDisk({ location: "home", id: "disk-1" });
 * ```
 */
export function createMemoryBackend(options: MemoryBackendOptions = {}): MemoryWorld {
  const capabilities: BackendCapabilities = {
    restore: true,
    removeRestored: options.capabilities?.restore ?? true,
    read: true,
    setLabels: true,
    groups: true,
    watch: true,
    limits: true,
    volumeFacts: true,
    listLagMs: 0,
    ...options.capabilities,
  };
  const settings: MemoryBackendSettings = {
    name: "memory",
    locations: [],
    now: () => new Date(),
    delay: (milliseconds, signal) => setTimeout(milliseconds, undefined, signal && { signal }),
    latencyMs: 0,
    accountLimit: Number.POSITIVE_INFINITY,
    sendsDate: true,
    snapshotDuration: () => 0,
    idempotency: "token",
    pageSize: 1000,
    faults: () => undefined,
    ...options,
    capabilities,
  };
  const store = new MemoryStore(settings.now, {
    ...capabilities,
    maxPendingPerLocation: capabilities.maxPendingPerLocation,
    accountLimit: settings.accountLimit,
  });
  for (const location of settings.locations) store.addLocation(location);
  const calls = new MemoryCallRunner(settings);
  const storage = controlOf(store, calls.requests, calls.denied);
  return { backend: new MemoryBackend(settings, store, calls), storage };
}

class MemoryBackend implements SnapshotBackend {
  readonly apiVersion = BACKEND_API_VERSION;
  readonly name: string;
  readonly capabilities: BackendCapabilities;
  readonly restoreSnapshot?: NonNullable<SnapshotBackend["restoreSnapshot"]>;
  readonly removeRestored?: NonNullable<SnapshotBackend["removeRestored"]>;
  readonly readSnapshot?: NonNullable<SnapshotBackend["readSnapshot"]>;
  readonly setSnapshotLabels?: NonNullable<SnapshotBackend["setSnapshotLabels"]>;
  readonly createSnapshotGroup?: NonNullable<SnapshotBackend["createSnapshotGroup"]>;
  readonly watchSnapshots?: NonNullable<SnapshotBackend["watchSnapshots"]>;
  readonly readLimits?: NonNullable<SnapshotBackend["readLimits"]>;
  readonly #settings: MemoryBackendSettings;
  readonly #store: MemoryStore;
  readonly #calls: MemoryCallRunner;

  constructor(settings: MemoryBackendSettings, store: MemoryStore, calls: MemoryCallRunner) {
    this.name = settings.name;
    this.capabilities = settings.capabilities;
    this.#settings = settings;
    this.#store = store;
    this.#calls = calls;
    const { restore, removeRestored, read, setLabels, groups, watch, limits } = settings.capabilities;
    if (restore) this.restoreSnapshot = (request, options) => this.#restore(request, options);
    if (removeRestored) this.removeRestored = (request, options) => this.#removeRestored(request, options);
    if (read) this.readSnapshot = (snapshot, options) => this.#read(snapshot, options);
    if (setLabels) this.setSnapshotLabels = (snapshot, labels, options) => this.#setLabels(snapshot, labels, options);
    if (groups) this.createSnapshotGroup = (request, options) => this.#createGroup(request, options);
    if (watch) this.watchSnapshots = (request, options) => watchSnapshots(store, settings, calls, request, options);
    if (limits) this.readLimits = (location, options) => this.#readLimits(location, options);
  }

  diskForVolume(volume: PersistentVolumeView, options?: CallOptions): Promise<Disk | undefined> {
    return this.#calls.run({ operation: "diskForVolume", request: volume }, options, () =>
      diskOfVolume(volume, this.#store),
    );
  }

  diskForSpec(spec: DiskSpec, options?: CallOptions): Promise<Disk> {
    return this.#calls.run({ operation: "diskForSpec", request: spec }, options, () => diskOfSpec(spec, this.#store));
  }

  listSnapshots(request: ListSnapshotsRequest, options?: CallOptions): AsyncIterable<Snapshot> {
    return iteratePages(this.#pages(request, options));
  }

  createSnapshot(request: CreateSnapshotRequest, options?: CallOptions): Promise<Snapshot> {
    return this.#calls.run({ operation: "createSnapshot", request }, options, (fault) =>
      createSnapshot(this.#store, this.#settings, request, fault),
    );
  }

  deleteSnapshot(snapshot: SnapshotReference, options?: CallOptions): Promise<void> {
    return this.#calls.run({ operation: "deleteSnapshot", request: snapshot }, options, () => {
      const record = this.#store.record(snapshot);
      if (!record) return;
      if (record.inUse) {
        throw new BackendError("in-use", `something depends on snapshot ${snapshot.id}: remove that first`);
      }
      if (record.locked) throw new BackendError("locked", `a policy keeps snapshot ${snapshot.id}: unlock it first`);
      this.#store.delete(record);
    });
  }

  checkAccess(location: string, options?: CallOptions): Promise<AccessReport> {
    return this.#calls.run({ operation: "checkAccess", request: location }, options, () => {
      this.#store.location(location);
      return { checks: this.#calls.accessChecks() };
    });
  }

  #read(reference: SnapshotReference, options?: CallOptions): Promise<Snapshot | undefined> {
    return this.#calls.run({ operation: "readSnapshot", request: reference }, options, () => {
      const record = this.#store.record(reference);
      return record && currentView(record, this.#now());
    });
  }

  #setLabels(reference: SnapshotReference, labels: Labels, options?: CallOptions): Promise<void> {
    return this.#calls.run({ operation: "setSnapshotLabels", request: reference, labels }, options, () => {
      const record = this.#store.existingRecord(reference);
      const view = currentView(record, this.#now());
      this.#store.replaceView(record, { ...view, labels: { ...view.labels, ...labels } });
    });
  }

  #createGroup(request: CreateSnapshotGroupRequest, options?: CallOptions): Promise<readonly Snapshot[]> {
    return this.#calls.run({ operation: "createSnapshotGroup", request }, options, (fault) =>
      createSnapshotGroup(this.#store, this.#settings, request, fault),
    );
  }

  #readLimits(location: string, options?: CallOptions): Promise<LocationLimits> {
    return this.#calls.run({ operation: "readLimits", request: location }, options, () =>
      this.#store.readLimits(location),
    );
  }

  #restore(request: RestoreRequest, options?: CallOptions): Promise<RestoredVolume> {
    return this.#calls.run({ operation: "restoreSnapshot", request }, options, () =>
      restoreDisk(this.#store, request, this.#now()),
    );
  }

  #removeRestored(request: RemoveRestoredRequest, options?: CallOptions): Promise<void> {
    return this.#calls.run({ operation: "removeRestored", request }, options, () =>
      removeRestoredDisk(this.#store, request),
    );
  }

  async *#pages(request: ListSnapshotsRequest, options?: CallOptions): AsyncGenerator<Snapshot[], void> {
    const call = { operation: "listSnapshots", request } as const;
    const fault = this.#calls.faultFor(call);
    const labels = Object.entries(request.labels);
    let records: Iterator<MemoryRecord, undefined> | undefined;
    for (let count = 0; ; count += 1) {
      await options?.beforePage?.();
      const { page, last } = await this.#calls.runWith(pageFault(fault, count), call, options, () => {
        const location = this.#store.location(request.location);
        this.#store.sweep(location);
        records ??= location.records.values();
        return readPage(records, this.#settings.pageSize, labels, this.#now(), request.onOther);
      });
      yield page;
      if (last) break;
    }
    this.#calls.failAfterwards(fault);
  }

  #now(): number {
    return this.#store.now().getTime();
  }
}

/** What of a list's fault concerns the page with that number, counted from 0. */
function pageFault(fault: MemoryFault | undefined, page: number): MemoryFault | undefined {
  if (!fault) return undefined;
  const { before, latencyMs } = fault;
  const fails = page === fault.failAfterPages;
  const pageError = fault.pageError ?? new BackendError("unavailable", `page ${page + 1} of the list failed`);
  return {
    ...(latencyMs === undefined ? undefined : { latencyMs }),
    ...(fails ? { before: pageError } : before && { before }),
  };
}
