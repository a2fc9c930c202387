import { BackendError } from "../backend-error.ts";
import type { BackendCapabilities } from "../capabilities.ts";
import type { Disk } from "../disk.ts";
import type { CreateSnapshotRequest, Labels, Snapshot, SnapshotReference, SnapshotState } from "../snapshot.ts";
import { assertWithinLimits } from "./memory-limits.ts";
import type { MemoryOperation } from "./memory-options.ts";
import { currentView, type MemoryRecord } from "./memory-record.ts";

/** A snapshot put into the storage system by hand. */
export interface MemorySnapshotInput {
  readonly disk: Disk;
  readonly labels?: Labels;
  /** Default: now. */
  readonly createdAt?: Date;
  /** Default: `ready`. A pending one stays so until {@link MemoryStorage.setState}. */
  readonly state?: SnapshotState;
  readonly name?: string;
}

/** @internal One location. Deleted snapshots stay in `records` for as long as lists show them. */
export interface MemoryLocation {
  readonly disks: Map<string, MemoryDisk>;
  readonly records: Map<string, MemoryRecord>;
  readonly byKey: Map<string, MemoryRecord>;
  readonly restoredByKey: Map<string, string>;
  /** Those that may still be pending. Kept only where `maxPendingPerLocation` asks for it. */
  readonly pending: Set<MemoryRecord>;
  lingering: MemoryRecord[];
}

/** @internal */
export interface MemoryDisk {
  content: string;
  readonly records: Set<MemoryRecord>;
}

/**
 * The storage system behind a memory backend, seen from inside: to set it up, to break it, and to look at what is
 * really there. What it shows is the truth, which lists with a lag are behind.
 */
export class MemoryStorage {
  /** Requests so far. A list counts one a page; the others one a call, also where they need none. */
  readonly requests: Record<MemoryOperation, number> = {
    diskForVolume: 0,
    diskForSpec: 0,
    listSnapshots: 0,
    createSnapshot: 0,
    deleteSnapshot: 0,
    checkAccess: 0,
    restoreSnapshot: 0,
  };
  /** Permissions taken away, as {@link AccessCheck.permission} spells them: `memory.snapshots.create`. */
  readonly denied: Set<string> = new Set<string>();
  /** Called with each snapshot that was made or changed, before anyone else can see it. Default: nothing. */
  onChange: ((snapshot: Snapshot) => void) | undefined;

  readonly #locations = new Map<string, MemoryLocation>();
  readonly #now: () => Date;
  readonly #capabilities: BackendCapabilities;
  #lastNumber = 0;

  constructor(now: () => Date, capabilities: BackendCapabilities) {
    this.#now = now;
    this.#capabilities = capabilities;
  }

  addLocation(location: string): void {
    if (this.#locations.has(location)) return;
    this.#locations.set(location, {
      disks: new Map(),
      records: new Map(),
      byKey: new Map(),
      restoredByKey: new Map(),
      pending: new Set(),
      lingering: [],
    });
  }

  hasLocation(location: string): boolean {
    return this.#locations.has(location);
  }

  /** Adds a disk, and its location if that is new. */
  addDisk(disk: Disk, content = ""): Disk {
    this.addLocation(disk.location);
    this.location(disk.location).disks.set(disk.id, { content, records: new Set() });
    return disk;
  }

  /** The disk goes away, its snapshots stay. */
  removeDisk(disk: Disk): void {
    this.location(disk.location).disks.delete(disk.id);
  }

  /** Changes what is on the disk. */
  write(disk: Disk, content: string): void {
    this.disk(disk).content = content;
  }

  /** What is on the disk. */
  read(disk: Disk): string {
    return this.disk(disk).content;
  }

  /** Every snapshot of the location that exists, whosever it is. */
  *snapshots(location: string): Generator<Snapshot, void, void> {
    const now = this.#now().getTime();
    for (const record of this.location(location).records.values()) {
      if (record.listedUntil === Number.POSITIVE_INFINITY) yield currentView(record, now);
    }
  }

  /** The snapshot, or `undefined` if it doesn't exist, or not any more. */
  snapshot(reference: SnapshotReference): Snapshot | undefined {
    const record = this.record(reference);
    return record && currentView(record, this.#now().getTime());
  }

  /** Puts a snapshot there that no call made: someone else's, or one from before. */
  addSnapshot(input: MemorySnapshotInput): Snapshot {
    const state = input.state ?? "ready";
    const record = this.#insert(input.disk, {
      createdAt: input.createdAt ?? this.#now(),
      labels: { ...input.labels },
      name: input.name,
      pendingMs: state === "pending" ? Number.POSITIVE_INFINITY : 0,
      settlesAs: state === "pending" ? "ready" : state,
      key: undefined,
      lagMs: 0,
    });
    return currentView(record, this.#now().getTime());
  }

  /** The snapshot is in this state from now on; a pending one stays pending until the next call. */
  setState(reference: SnapshotReference, state: SnapshotState): void {
    const record = this.#existing(reference);
    record.settlesAt = Number.POSITIVE_INFINITY;
    this.#replace(record, { ...record.view, state });
  }

  /** As a person with the vendor's console would: replaces all labels. */
  setLabels(reference: SnapshotReference, labels: Labels): void {
    const record = this.#existing(reference);
    this.#replace(record, { ...record.view, labels: { ...labels } });
  }

  /** While something depends on the snapshot, it can't be deleted. */
  setInUse(reference: SnapshotReference, inUse: boolean): void {
    this.#existing(reference).inUse = inUse;
  }

  /** @internal */
  location(name: string): MemoryLocation {
    const location = this.#locations.get(name);
    if (location) return location;
    throw new BackendError("invalid", `there is no location ${JSON.stringify(name)}: name one that exists`);
  }

  /** @internal */
  disk(disk: Disk): MemoryDisk {
    const found = this.location(disk.location).disks.get(disk.id);
    if (found) return found;
    throw new BackendError("not-found", `disk ${disk.id} does not exist in ${disk.location}: remove its rule`);
  }

  /** @internal */
  record(reference: SnapshotReference): MemoryRecord | undefined {
    const record = this.location(reference.location).records.get(reference.id);
    return record?.listedUntil === Number.POSITIVE_INFINITY ? record : undefined;
  }

  /** @internal */
  create(request: CreateSnapshotRequest, labels: Labels, settling: MemorySettling): Snapshot {
    const now = this.#now();
    const location = this.location(request.disk.location);
    assertWithinLimits(this.#capabilities, location, this.disk(request.disk), now.getTime());
    const record = this.#insert(request.disk, {
      createdAt: now,
      labels,
      name: request.name,
      key: request.idempotencyKey,
      lagMs: this.#capabilities.listLagMs ?? 0,
      ...settling,
    });
    if (this.#capabilities.maxPendingPerLocation !== undefined) location.pending.add(record);
    return currentView(record, now.getTime());
  }

  /** @internal */
  delete(record: MemoryRecord): void {
    const { id, location: name, diskId } = record.view;
    const location = this.location(name);
    const now = this.#now().getTime();
    currentView(record, now);
    record.listedUntil = now + (this.#capabilities.listLagMs ?? 0);
    location.disks.get(diskId)?.records.delete(record);
    if (record.key !== undefined && location.byKey.get(record.key) === record) location.byKey.delete(record.key);
    if (record.listedUntil > now) location.lingering.push(record);
    else location.records.delete(id);
  }

  /** @internal Forgets the deleted ones that no list shows any more. */
  sweep(location: MemoryLocation, now: number): void {
    if (location.lingering.length === 0) return;
    for (const record of location.lingering) if (record.listedUntil <= now) location.records.delete(record.view.id);
    location.lingering = location.lingering.filter((record) => record.listedUntil > now);
  }

  /** @internal */
  nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  #existing(reference: SnapshotReference): MemoryRecord {
    const record = this.record(reference);
    if (record) return record;
    throw new BackendError("not-found", `snapshot ${reference.id} does not exist in ${reference.location}`);
  }

  #insert(disk: Disk, properties: MemoryRecordProperties): MemoryRecord {
    const { createdAt, labels, name, key, pendingMs, settlesAs, lagMs } = properties;
    const location = this.location(disk.location);
    const id = `snap-${this.nextNumber()}`;
    const record: MemoryRecord = {
      view: {
        id,
        location: disk.location,
        diskId: disk.id,
        createdAt,
        state: "pending",
        labels,
        ...(name === undefined ? undefined : { name }),
      },
      key,
      content: location.disks.get(disk.id)?.content ?? "",
      settlesAt: createdAt.getTime() + pendingMs,
      settlesAs,
      listedAt: createdAt.getTime() + lagMs,
      listedUntil: Number.POSITIVE_INFINITY,
      inUse: false,
    };
    location.records.set(id, record);
    location.disks.get(disk.id)?.records.add(record);
    if (key !== undefined) location.byKey.set(key, record);
    this.onChange?.(record.view);
    return record;
  }

  #replace(record: MemoryRecord, view: Snapshot): void {
    record.view = view;
    this.onChange?.(view);
  }
}

/** @internal */
export interface MemorySettling {
  readonly pendingMs: number;
  readonly settlesAs: SnapshotState;
}

interface MemoryRecordProperties extends MemorySettling {
  readonly createdAt: Date;
  readonly labels: Labels;
  readonly name: string | undefined;
  readonly key: string | undefined;
  readonly lagMs: number;
}
