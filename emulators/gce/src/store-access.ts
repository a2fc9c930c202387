import type { ComputeStore } from "./compute-store.ts";
import { requireDisk } from "./disk-calls.ts";
import type { DiskRecord, Scope, SnapshotRecord } from "./records.ts";
import type { Labels } from "./resource-rules.ts";
import { requireSnapshot } from "./snapshot-calls.ts";

/** Which disk: `zone` or `region`. */
export interface DiskReference {
  readonly project: string;
  readonly zone?: string;
  readonly region?: string;
  readonly name: string;
}

/** What the emulated cloud holds, behind its back. */
export class StoreAccess {
  readonly #store: ComputeStore;

  constructor(store: ComputeStore) {
    this.#store = store;
  }

  /** Makes a disk, without asking whether there is one of that name. */
  createDisk({ project, zone, region, name }: DiskReference, sizeGb = "10"): DiskRecord {
    const scope = scopeOf({ zone, region });
    const id = this.#store.newId();
    const disk: DiskRecord = {
      id,
      project,
      scope,
      name,
      sizeGb,
      labels: {},
      createdAt: this.#store.now(),
      content: "",
    };
    this.#store.disks.add(disk);
    return disk;
  }

  /** @throws {ApiError} if there is none */
  disk({ project, zone, region, name }: DiskReference): DiskRecord {
    return requireDisk(this.#store, project, scopeOf({ zone, region }), name);
  }

  /** Its snapshots stay. */
  deleteDisk(reference: DiskReference): void {
    this.#store.disks.delete(this.disk(reference));
  }

  /** Those that are there now. */
  snapshots(project: string): readonly SnapshotRecord[] {
    return this.#store.snapshotsOf(project);
  }

  /** Sets some more labels. */
  label(project: string, name: string, labels: Labels): void {
    const snapshot = requireSnapshot(this.#store, project, name);
    snapshot.labels = { ...snapshot.labels, ...labels };
    this.#store.changed(snapshot);
  }

  /** Snapshots begun from now on stay as they are, until {@link finish}. */
  keepPending(): void {
    this.#store.keepsPending = true;
  }

  /** Ends a snapshot that is not ready yet. */
  finish(project: string, name: string, end: "READY" | "FAILED"): void {
    const snapshot = requireSnapshot(this.#store, project, name);
    snapshot.end = end;
    snapshot.endsAt = this.#store.now();
    this.#store.changed(snapshot);
  }

  /** Something depends on it from now on. */
  use(project: string, name: string, user: string): void {
    requireSnapshot(this.#store, project, name).user = user;
  }

  /** Answers leave its date out from now on: the description demands no field. */
  undate(project: string, name: string): void {
    requireSnapshot(this.#store, project, name).isUndated = true;
  }

  /** Calls back whenever a snapshot was made or changed; the function returned ends that. */
  watch(watcher: (snapshot: SnapshotRecord) => void): () => void {
    this.#store.watchers.add(watcher);
    return () => this.#store.watchers.delete(watcher);
  }
}

function scopeOf({ zone, region }: { readonly zone: string | undefined; readonly region: string | undefined }): Scope {
  if (zone !== undefined) return { kind: "zones", name: zone };
  if (region !== undefined) return { kind: "regions", name: region };
  throw new Error("a disk needs a zone or a region");
}
