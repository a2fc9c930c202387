import type { DiskRecord, OperationRecord, Scope, SnapshotRecord } from "./records.ts";
import { statusOf } from "./records.ts";

/** How long things take, in milliseconds. */
export interface Durations {
  /** Until an operation runs. Default: 0. */
  readonly pending: number;
  /** Until an operation is done, and with it what it changes; a snapshot takes that long twice. Default: 0. */
  readonly operation: number;
}

/** What the emulated cloud holds. What changes with time follows from the clock: there are no timers. */
export class ComputeStore {
  readonly projects: ReadonlySet<string>;
  readonly now: () => number;
  readonly disks: Set<DiskRecord> = new Set();
  readonly snapshots: Set<SnapshotRecord> = new Set();
  readonly operations: OperationRecord[] = [];
  readonly durations: Durations;
  /** Called with a snapshot whenever its record was made or changed. */
  readonly watchers: Set<(snapshot: SnapshotRecord) => void> = new Set();
  /** Whether new snapshots stay as they are until they are told otherwise. */
  keepsPending = false;
  /** Beyond what a JSON number can hold. */
  #lastId = 7_424_242_424_242_424_000n;

  constructor(projects: readonly string[], now: () => number, durations: Durations) {
    this.projects = new Set(projects);
    this.now = now;
    this.durations = durations;
  }

  newId(): string {
    this.#lastId += 1n;
    return this.#lastId.toString();
  }

  /** @param name - or the id, as paths may have it */
  findDisk(project: string, scope: Scope, name: string): DiskRecord | undefined {
    return [...this.disks].find(
      (disk) =>
        disk.project === project &&
        disk.scope.kind === scope.kind &&
        disk.scope.name === scope.name &&
        (disk.name === name || disk.id === name),
    );
  }

  /** @param name - or the id, as paths may have it */
  findSnapshot(project: string, name: string): SnapshotRecord | undefined {
    return this.snapshotsOf(project).find((snapshot) => snapshot.name === name || snapshot.id === name);
  }

  /** Those that are there now. */
  snapshotsOf(project: string): SnapshotRecord[] {
    const now = this.now();
    return [...this.snapshots].filter((snapshot) => snapshot.project === project && statusOf(snapshot, now));
  }

  changed(snapshot: SnapshotRecord): void {
    for (const watcher of this.watchers) watcher(snapshot);
  }
}
