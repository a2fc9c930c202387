import type { Labels, SnapshotState } from "@k8s-snapshots/backend-api";
import type { ListedSnapshot } from "../state/claim-snapshots.ts";
import { fingerprintOf } from "../state/fingerprint.ts";
import type { RowStore } from "./row-store.ts";
import { differenceOf, withDifference } from "./text-difference.ts";

/** What a row says only where it is no usual one: what is not ready, has failed, or is not as large as the disk's first one. */
type Unusual = readonly [state: SnapshotState, failure: string | 0, size: number | null];

/**
 * A snapshot as it is stored, as what it has else than the disk's first one: texts as {@link differenceOf}, the date as a
 * number of milliseconds. Labels that differ follow, key and value in turn: a number is the position of a key that the first
 * one has; `null`: it lacks that one.
 */
type Row = [id: string, createdAt: number | null, ...rest: (Unusual | string | number | null)[]];

/** Bytes. */
export interface Sizes {
  /** Of how many it is known. */
  readonly known: number;
  readonly sum: number;

  /** That of each of them; `undefined`: they differ, or it is not known of all. */
  readonly each: number | undefined;
}

/** What a whole list has of one disk, packed while the list is read. */
export class DiskRows {
  readonly #store: RowStore;
  #last: number | undefined;
  #first = { id: "", createdAt: 0, size: undefined as number | undefined };
  #common: Labels = {};
  #keys: readonly string[] = [];
  #fingerprint = 0;
  // Numbers of their own, not an object of three: that would be one to collect for each snapshot.
  #known = 0;
  #sum = 0;
  #each: number | undefined;

  constructor(store: RowStore) {
    this.#store = store;
  }

  /** Says whether two lists had the same of it, in whatever order: the sum of a number for each snapshot. */
  get fingerprint(): number {
    return this.#fingerprint;
  }

  /** What the storage system says of how large they are. */
  get sizes(): Sizes {
    return { known: this.#known, sum: this.#sum, each: this.#each };
  }

  /** @param size - in bytes; `undefined`: the storage system does not say */
  add(snapshot: ListedSnapshot, size?: number): void {
    const { id, createdAt, state, failure, labels } = snapshot;
    if (this.#last === undefined) {
      this.#first = { id: copyOf(id), createdAt: createdAt || 0, size };
      this.#common = copyOf(labels);
      this.#keys = keysOf(this.#common);
    }
    const first = this.#first;
    const row: Row = [differenceOf(id, first.id), createdAt - first.createdAt];
    if (state !== "ready" || failure !== undefined || size !== first.size)
      row.push([state, failure ?? 0, size ?? null]);
    this.#addDifferences(row, labels);
    this.#noteSize(size);
    this.#last = this.#store.add(JSON.stringify(row), this.#last);
    this.#fingerprint += fingerprintOf(snapshot);
  }

  #noteSize(size: number | undefined): void {
    if (this.#last === undefined) this.#each = size;
    if (size !== this.#each) this.#each = undefined;
    if (size === undefined) return;
    this.#known++;
    this.#sum += size;
  }

  /** In the order in which they were added. Built at each call. */
  snapshots(): ListedSnapshot[] {
    return Array.from(this.#rows(), (row) => this.#snapshotOf(row)).reverse();
  }

  /** By the snapshot's id, in bytes, where that is known. Built at each call. */
  sizesById(): ReadonlyMap<string, number> {
    const sizes = new Map<string, number>();
    for (const [id, , unusual] of this.#rows()) {
      const size = Array.isArray(unusual) ? (unusual as Unusual)[2] : this.#first.size;
      if (typeof size === "number") sizes.set(this.#idOf(id), size);
    }
    return sizes;
  }

  /** The last one first. */
  *#rows(): Generator<Row> {
    if (this.#last === undefined) return;
    for (const text of this.#store.chain(this.#last)) yield JSON.parse(text) as Row;
  }

  #idOf(difference: string): string {
    return withDifference(difference, this.#first.id);
  }

  #snapshotOf([id, createdAt, ...rest]: Row): ListedSnapshot {
    const [unusual] = rest;
    const isUsual = !Array.isArray(unusual);
    const [state, failure] = isUsual ? (["ready", 0] as const) : (unusual as Unusual);
    const different = (isUsual ? rest : rest.slice(1)) as (string | number | null)[];
    return {
      id: this.#idOf(id),
      createdAt: createdAt === null ? Number.NaN : this.#first.createdAt + createdAt,
      state,
      labels: different.length === 0 ? this.#common : this.#withDifferences(different),
      ...(failure !== 0 && { failure }),
    };
  }

  #addDifferences(row: Row, labels: Labels): void {
    for (const key in labels) {
      const value = labels[key] as string;
      if (value === this.#common[key]) continue;
      const position = this.#keys.indexOf(key);
      if (position === -1) row.push(key, value);
      else row.push(position, differenceOf(value, this.#common[key] as string));
    }
    for (let position = 0; position < this.#keys.length; position++) {
      if (labels[this.#keys[position] as string] === undefined) row.push(position, null);
    }
  }

  #withDifferences(different: readonly (string | number | null)[]): Labels {
    const labels: Record<string, string> = { ...this.#common };
    for (let index = 0; index < different.length; index += 2) {
      const at = different[index] as string | number;
      const key = typeof at === "number" ? (this.#keys[at] as string) : at;
      const value = different[index + 1];
      if (typeof value !== "string") delete labels[key];
      else labels[key] = typeof at === "number" ? withDifference(value, this.#common[key] as string) : value;
    }
    return labels;
  }
}

/** A part of a page's text keeps all of it in memory. */
function copyOf<T extends Labels | string>(part: T): T {
  return JSON.parse(JSON.stringify(part)) as T;
}

/** Most disks have the same ones: one array for all that follow each other. */
let lastKeys: readonly string[] = [];

function keysOf(labels: Labels): readonly string[] {
  const keys = Object.keys(labels);
  if (keys.length !== lastKeys.length || keys.some((key, index) => key !== lastKeys[index])) lastKeys = keys;
  return lastKeys;
}
