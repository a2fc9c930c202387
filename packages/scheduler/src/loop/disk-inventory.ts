import type { Snapshot } from "@k8s-snapshots/backend-api";

/** What a list says that was not known. */
export interface InventoryChanges {
  /** How many snapshots nobody had told of. */
  readonly appeared: number;
  readonly becameReady: readonly Snapshot[];
  readonly becameFailed: readonly Snapshot[];
  /** Ours, accepted by the storage system, and not in a list that must show them. */
  readonly vanished: readonly Snapshot[];
}

/** Which snapshots a disk has: the last whole list, with our own writes over it until a list must show them. */
export class DiskInventory {
  #listed: readonly Snapshot[] = [];
  readonly #created = new Map<string, { readonly snapshot: Snapshot; readonly at: number }>();
  readonly #deletedAt = new Map<string, number>();

  /** As the storage system said last. */
  get listed(): readonly Snapshot[] {
    return this.#listed;
  }

  isEmpty(): boolean {
    return this.#listed.length === 0 && this.#created.size === 0;
  }

  snapshots(): readonly Snapshot[] {
    if (this.#created.size === 0 && this.#deletedAt.size === 0) return this.#listed;
    const known = this.#listed.filter(({ id }) => !this.#deletedAt.has(id) && !this.#created.has(id));
    for (const { snapshot } of this.#created.values()) {
      if (!this.#deletedAt.has(snapshot.id)) known.push(snapshot);
    }
    return known;
  }

  /**
   * Since when each snapshot is waited for: those that are being made, by the scheduler's clock where it knows, and those
   * that no list shows yet.
   */
  *pendingSince(): Generator<number> {
    for (const { id, state, createdAt } of this.#listed) {
      if (state === "pending" && !this.#created.has(id)) yield createdAt.getTime();
    }
    for (const { at } of this.#created.values()) yield at;
  }

  /** @returns whether no list has shown it before */
  created(snapshot: Snapshot, at: number): boolean {
    this.#created.set(snapshot.id, { snapshot, at });
    return !this.#listed.some(({ id }) => id === snapshot.id);
  }

  deleted(id: string, at: number): void {
    this.#deletedAt.set(id, at);
  }

  /**
   * Takes in what a whole list says of the disk.
   *
   * @param startedAt - when the list was begun: what we wrote later, or less than `listLagMs` before, may be missing
   * @param isFirst - what is ready in the first list was so before
   * @returns `undefined` if it says nothing new
   */
  applyList(
    yielded: readonly Snapshot[],
    startedAt: number,
    listLagMs: number,
    isFirst: boolean,
  ): InventoryChanges | undefined {
    const before = this.#listed;
    this.#listed = yielded;
    if (!isFirst && this.#created.size === 0 && this.#deletedAt.size === 0 && same(before, yielded)) return undefined;

    this.#listed = eachOnce(yielded);
    const known = new Map(before.map((snapshot) => [snapshot.id, snapshot]));
    const becameReady: Snapshot[] = [];
    const becameFailed: Snapshot[] = [];
    let appeared = 0;
    for (const snapshot of this.#listed) {
      const was = known.get(snapshot.id)?.state;
      if (was === undefined && !this.#created.has(snapshot.id)) appeared++;
      if (snapshot.state === "failed" && was !== "failed") becameFailed.push(snapshot);
      if (snapshot.state === "ready" && was !== "ready" && !isFirst && !this.#deletedAt.has(snapshot.id)) {
        becameReady.push(snapshot);
      }
    }
    return { appeared, becameReady, becameFailed, vanished: this.#settleWrites(startedAt, listLagMs) };
  }

  /** Drops what the list shows, or must have shown. */
  #settleWrites(startedAt: number, listLagMs: number): Snapshot[] {
    const ids = new Set(this.#listed.map(({ id }) => id));
    const vanished: Snapshot[] = [];
    for (const [id, { snapshot, at }] of this.#created) {
      if (ids.has(id)) this.#created.delete(id);
      else if (startedAt > at + listLagMs) {
        this.#created.delete(id);
        if (!this.#deletedAt.has(id)) vanished.push(snapshot);
      }
    }
    for (const [id, at] of this.#deletedAt) {
      if (!ids.has(id) || startedAt > at + listLagMs) this.#deletedAt.delete(id);
    }
    return vanished;
  }
}

/** Of a snapshot that is there twice, the later look counts. */
function eachOnce(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const byId = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
  return byId.size === snapshots.length ? snapshots : [...byId.values()];
}

/** Labels are left out: they matter when something is planned, and then the last list is read. */
function same(before: readonly Snapshot[], after: readonly Snapshot[]): boolean {
  if (before.length !== after.length) return false;
  return before.every(({ id, state }, index) => id === after[index]?.id && state === after[index]?.state);
}
