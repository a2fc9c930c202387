import { BackendError } from "../backend-error.ts";
import type { Disk } from "../disk.ts";
import type { LocationLimits } from "../limits.ts";
import type { CreateSnapshotRequest, Labels, Snapshot, SnapshotReference, SnapshotState } from "../snapshot.ts";
import type { VolumeFacts } from "../volume-facts.ts";
import { assertDiskAllows, assertLocationAllows, isPending, type MemoryLimits } from "./memory-limits.ts";
import type { MemoryDisk, MemoryLocation } from "./memory-location.ts";
import { currentView, type MemoryRecord } from "./memory-record.ts";

/** What a new record is made of. */
export interface MemoryRecordInput {
  readonly disk: Disk;
  readonly createdAt: Date;
  readonly labels: Labels;
  readonly name: string | undefined;
  readonly key: string | undefined;
  readonly parameters?: CreateSnapshotRequest["parameters"] | undefined;
  readonly volume?: VolumeFacts | undefined;
  readonly pendingMs: number;
  readonly settlesAs: SnapshotState;
  /** From when on lists show it, in milliseconds since 1970. */
  readonly listedAt: number;
}

/** A snapshot to be begun now. */
export type MemoryCreation = Omit<MemoryRecordInput, "createdAt" | "listedAt">;

/** The maps behind a memory backend. */
export class MemoryStore {
  onChange: ((snapshot: Snapshot) => void) | undefined;
  readonly limits: MemoryLimits;
  readonly #locations = new Map<string, MemoryLocation>();
  readonly #now: () => Date;
  #lastNumber = 0;

  constructor(now: () => Date, limits: MemoryLimits) {
    this.#now = now;
    this.limits = limits;
  }

  now(): Date {
    return this.#now();
  }

  hasLocation(name: string): boolean {
    return this.#locations.has(name);
  }

  addLocation(name: string): void {
    if (this.#locations.has(name)) return;
    this.#locations.set(name, {
      disks: new Map(),
      records: new Map(),
      byKey: new Map(),
      restoredByKey: new Map(),
      count: 0,
      pending: new Set(),
      lingering: [],
      watchers: new Set(),
    });
  }

  location(name: string): MemoryLocation {
    const location = this.#locations.get(name);
    if (location) return location;
    throw new BackendError("invalid", `there is no location ${JSON.stringify(name)}: name one that exists`);
  }

  disk(disk: Disk): MemoryDisk {
    const found = this.location(disk.location).disks.get(disk.id);
    if (found) return found;
    throw new BackendError("not-found", `disk ${disk.id} does not exist in ${disk.location}: remove its rule`);
  }

  /** The snapshot, unless it was deleted. */
  record(reference: SnapshotReference): MemoryRecord | undefined {
    const record = this.location(reference.location).records.get(reference.id);
    return record?.listedUntil === Number.POSITIVE_INFINITY ? record : undefined;
  }

  existingRecord(reference: SnapshotReference): MemoryRecord {
    const record = this.record(reference);
    if (record) return record;
    throw new BackendError("not-found", `snapshot ${reference.id} does not exist in ${reference.location}`, {
      scope: "snapshot",
    });
  }

  addDisk(disk: Disk, content: string): void {
    this.addLocation(disk.location);
    const { disks } = this.location(disk.location);
    disks.set(disk.id, { content, details: disk.details, isGroupable: true, records: new Set() });
  }

  /** Takes a snapshot of a disk that is there, if the limits allow it. */
  create(input: MemoryCreation): MemoryRecord {
    const createdAt = this.now();
    const location = this.location(input.disk.location);
    const disk = this.disk(input.disk);
    assertLocationAllows(this.limits, location, createdAt.getTime(), 1);
    assertDiskAllows(this.limits, input.disk.id, disk, createdAt.getTime());
    return this.#begin(input, location, createdAt);
  }

  /** Takes a snapshot of each disk if the limits allow all of them. */
  createGroup(name: string, inputs: readonly MemoryCreation[]): MemoryRecord[] {
    const createdAt = this.now();
    const location = this.location(name);
    const disks = inputs.map(({ disk }) => this.disk(disk));
    assertLocationAllows(this.limits, location, createdAt.getTime(), inputs.length);
    for (const [index, disk] of disks.entries()) {
      const id = inputs[index]?.disk.id ?? "";
      if (!disk.isGroupable) throw new BackendError("invalid", `disk ${id} cannot be in a group: leave it out`);
      assertDiskAllows(this.limits, id, disk, createdAt.getTime());
    }
    return inputs.map((input) => this.#begin(input, location, createdAt));
  }

  #begin(input: MemoryCreation, location: MemoryLocation, createdAt: Date): MemoryRecord {
    const listedAt = createdAt.getTime() + (this.limits.listLagMs ?? 0);
    const record = this.insert({ ...input, createdAt, listedAt });
    if (this.limits.maxPendingPerLocation !== undefined) location.pending.add(record);
    return record;
  }

  insert(input: MemoryRecordInput): MemoryRecord {
    const { disk, createdAt, labels, name, key, volume } = input;
    const location = this.location(disk.location);
    const id = `snap-${this.nextNumber()}`;
    const view: Snapshot = { id, location: disk.location, diskId: disk.id, createdAt, state: "pending", labels };
    const record: MemoryRecord = {
      view: { ...view, ...(name !== undefined && { name }), ...(volume && { volume }) },
      key,
      content: location.disks.get(disk.id)?.content ?? "",
      details: disk.details,
      parameters: input.parameters,
      settlesAt: createdAt.getTime() + input.pendingMs,
      settlesAs: input.settlesAs,
      listedAt: input.listedAt,
      listedUntil: Number.POSITIVE_INFINITY,
      inUse: false,
      locked: false,
    };
    location.records.set(id, record);
    location.count += 1;
    location.disks.get(disk.id)?.records.add(record);
    if (key !== undefined) location.byKey.set(key, record);
    this.onChange?.(record.view);
    for (const watcher of location.watchers) watcher.note(record);
    return record;
  }

  replaceView(record: MemoryRecord, view: Snapshot): void {
    record.view = view;
    this.onChange?.(view);
    for (const watcher of this.location(view.location).watchers) watcher.note(record);
  }

  delete(record: MemoryRecord): void {
    const { id, location: name, diskId } = record.view;
    const location = this.location(name);
    const now = this.now().getTime();
    currentView(record, now);
    record.settlesAt = Number.POSITIVE_INFINITY;
    record.listedUntil = now + (this.limits.listLagMs ?? 0);
    location.count -= 1;
    location.disks.get(diskId)?.records.delete(record);
    if (record.key !== undefined && location.byKey.get(record.key) === record) location.byKey.delete(record.key);
    if (record.listedUntil > now) location.lingering.push(record);
    else location.records.delete(id);
    for (const watcher of location.watchers) watcher.note(record);
  }

  /** Changes the quotas of all locations; what is left out stays. */
  setLimits({ maxSnapshots = this.limits.accountLimit, maxPending }: LocationLimits): void {
    this.limits.accountLimit = maxSnapshots;
    if (maxPending === undefined) return;
    this.limits.maxPendingPerLocation = maxPending;
    const now = this.now().getTime();
    for (const { records, pending } of this.#locations.values()) {
      for (const record of records.values()) if (isPending(record, now)) pending.add(record);
    }
  }

  readLimits(name: string): LocationLimits {
    const { accountLimit, maxPendingPerLocation: maxPending } = this.limits;
    return {
      ...(Number.isFinite(accountLimit) && { maxSnapshots: accountLimit }),
      snapshots: this.location(name).count,
      ...(maxPending !== undefined && { maxPending }),
    };
  }

  /** Ends all watches; with an error if there is one. */
  endWatches(error: BackendError | undefined): void {
    for (const { watchers } of this.#locations.values()) for (const watcher of watchers) watcher.end(error);
  }

  /** Forgets the deleted ones that no list shows any more. */
  sweep(location: MemoryLocation): void {
    if (location.lingering.length === 0) return;
    const now = this.now().getTime();
    for (const record of location.lingering) if (record.listedUntil <= now) location.records.delete(record.view.id);
    location.lingering = location.lingering.filter((record) => record.listedUntil > now);
  }

  nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }
}
