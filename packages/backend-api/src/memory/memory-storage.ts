import type { BackendError } from "../backend-error.ts";
import type { Disk } from "../disk.ts";
import type { LocationLimits } from "../limits.ts";
import type { Labels, Snapshot, SnapshotReference, SnapshotState } from "../snapshot.ts";
import type { MemoryOperation } from "./memory-options.ts";
import { currentView, type MemoryOrigin } from "./memory-record.ts";
import type { MemoryStore } from "./memory-store.ts";

/**
 * The storage system behind a memory backend, seen from inside: to set it up, to break it, and to look at what is
 * really there. What it shows is the truth, which lists with a lag are behind.
 */
export interface MemoryStorage {
  /** Requests so far. A list counts one a page; a watch one as it starts; the others one a call, also where they need none. */
  readonly requests: Readonly<Record<MemoryOperation, number>>;

  /** Permissions taken away, as {@link AccessCheck.permission} spells them: `memory.snapshots.create`. */
  readonly denied: Set<string>;

  /** Called with each snapshot that is made or edited, before anyone else sees it. Default: `undefined`. */
  onChange: ((snapshot: Snapshot) => void) | undefined;

  addLocation(location: string): void;

  /** Adds a disk, and its location if that is new. Its details are those that `diskForVolume` and `diskForSpec` give. */
  addDisk(disk: Disk, content?: string): Disk;

  /** The disk goes away, its snapshots stay. */
  removeDisk(disk: Disk): void;

  /** Changes what is on the disk. */
  write(disk: Disk, content: string): void;

  /** What is on the disk. */
  read(disk: Disk): string;

  /** Every snapshot of the location that exists, whosever it is. */
  snapshots(location: string): Iterable<Snapshot>;

  /** The snapshot, or `undefined` if it does not exist, or not any more. */
  snapshot(reference: SnapshotReference): Snapshot | undefined;

  /** The {@link Disk.details} and the parameters that the snapshot was made with; it must exist. */
  madeWith(reference: SnapshotReference): MemoryOrigin;

  /** Puts a snapshot there that no call made: someone else's, or one from before. Lists show it at once. */
  addSnapshot(input: MemorySnapshotInput): Snapshot;

  /** The snapshot is in this state from now on, until the next call for it. */
  setState(reference: SnapshotReference, state: SnapshotState): void;

  /** Replaces all labels, as a person with the vendor's console could. */
  setLabels(reference: SnapshotReference, labels: Labels): void;

  /** While something depends on the snapshot, it cannot be deleted. */
  setInUse(reference: SnapshotReference, inUse: boolean): void;

  /** While the snapshot is locked, as by a policy of the storage system, it cannot be deleted. */
  setLocked(reference: SnapshotReference, locked: boolean): void;

  /** Whether the disk can be in a group. It can, until told otherwise. */
  setGroupable(disk: Disk, isGroupable: boolean): void;

  /** Changes the quotas of all locations, which the capabilities then still say as they were; what is left out stays. */
  setLimits(limits: Pick<LocationLimits, "maxSnapshots" | "maxPending">): void;

  /** Ends all watches; with this error, if it is there. */
  endWatches(error?: BackendError): void;
}

/** A snapshot put into the storage system by hand. */
export interface MemorySnapshotInput {
  /** It need not exist; its id is empty where the record does not tell. */
  readonly disk: Disk;
  readonly labels?: Labels;
  /** An invalid Date where the record does not tell. Default: now. */
  readonly createdAt?: Date;
  /** Default: `ready`. */
  readonly state?: SnapshotState;
  readonly name?: string;
}

/** The control side of `store`. */
export function controlOf(store: MemoryStore, requests: MemoryStorage["requests"], denied: Set<string>): MemoryStorage {
  return {
    requests,
    denied,
    get onChange() {
      return store.onChange;
    },
    set onChange(listener) {
      store.onChange = listener;
    },
    addLocation: (location) => store.addLocation(location),
    addDisk(disk, content = "") {
      store.addDisk(disk, content);
      return disk;
    },
    removeDisk: ({ location, id }) => void store.location(location).disks.delete(id),
    write(disk, content) {
      store.disk(disk).content = content;
    },
    read: (disk) => store.disk(disk).content,
    *snapshots(location) {
      const now = store.now().getTime();
      for (const record of store.location(location).records.values()) {
        if (record.listedUntil === Number.POSITIVE_INFINITY) yield currentView(record, now);
      }
    },
    snapshot(reference) {
      const record = store.record(reference);
      return record && currentView(record, store.now().getTime());
    },
    madeWith(reference) {
      const { details, parameters } = store.existingRecord(reference);
      return { ...(details && { details }), ...(parameters && { parameters }) };
    },
    addSnapshot({ disk, labels, createdAt = store.now(), state = "ready", name }) {
      const record = store.insert({
        disk,
        createdAt,
        labels: { ...labels },
        name,
        key: undefined,
        pendingMs: Number.POSITIVE_INFINITY,
        settlesAs: "ready",
        listedAt: Number.NEGATIVE_INFINITY,
      });
      store.replaceView(record, { ...record.view, state });
      return record.view;
    },
    setState(reference, state) {
      const record = store.existingRecord(reference);
      record.settlesAt = Number.POSITIVE_INFINITY;
      store.replaceView(record, { ...record.view, state });
    },
    setLabels(reference, labels) {
      const record = store.existingRecord(reference);
      store.replaceView(record, { ...record.view, labels: { ...labels } });
    },
    setInUse(reference, inUse) {
      store.existingRecord(reference).inUse = inUse;
    },
    setLocked(reference, locked) {
      store.existingRecord(reference).locked = locked;
    },
    setGroupable(disk, isGroupable) {
      store.disk(disk).isGroupable = isGroupable;
    },
    setLimits: (limits) => store.setLimits(limits),
    endWatches: (error) => store.endWatches(error),
  };
}
