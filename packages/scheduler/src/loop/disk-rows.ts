import type { Labels, SnapshotState } from "@k8s-snapshots/backend-api";
import type { ListedSnapshot } from "../state/claim-snapshots.ts";
import { fingerprintOf } from "../state/fingerprint.ts";
import type { RowStore } from "./row-store.ts";

/**
 * A snapshot as it is stored. What its labels have else than those of the disk's first one follows, key and value in turn: a
 * number is the position of its key among those of the first one; `null`: it lacks that one.
 */
type Row = [
  id: string,
  createdAt: number | null,
  state: SnapshotState,
  failure: string | 0,
  size: number | null,
  ...differences: (string | number | null)[],
];

/** What a whole list has of one disk, packed while the list is read. */
export class DiskRows {
  readonly #store: RowStore;
  #last: number | undefined;
  #common: Labels = {};
  #keys: readonly string[] = [];
  #fingerprint = 0;
  #sizes = { known: 0, sum: 0 };

  constructor(store: RowStore) {
    this.#store = store;
  }

  /** Says whether two lists had the same of it, in whatever order: the sum of a number for each snapshot. */
  get fingerprint(): number {
    return this.#fingerprint;
  }

  /** Of how many the storage system says how large they are, and the sum of that, in bytes. */
  get sizes(): { readonly known: number; readonly sum: number } {
    return this.#sizes;
  }

  /** @param size - in bytes; `undefined`: the storage system does not say */
  add(snapshot: ListedSnapshot, size?: number): void {
    const { id, createdAt, state, failure = 0, labels } = snapshot;
    if (this.#last === undefined) {
      this.#common = copyOf(labels);
      this.#keys = keysOf(this.#common);
    }
    const row: Row = [id, createdAt, state, failure, size ?? null];
    this.#addDifferences(row, labels);
    this.#last = this.#store.add(JSON.stringify(row), this.#last);
    this.#fingerprint += fingerprintOf(snapshot);
    if (size !== undefined) this.#sizes = { known: this.#sizes.known + 1, sum: this.#sizes.sum + size };
  }

  /** In the order in which they were added. Built at each call. */
  snapshots(): ListedSnapshot[] {
    return Array.from(this.#rows(), (row) => this.#snapshotOf(row)).reverse();
  }

  /** By the snapshot's id, in bytes, where that is known. Built at each call. */
  sizesById(): ReadonlyMap<string, number> {
    const sizes = new Map<string, number>();
    for (const [id, , , , size] of this.#rows()) if (size !== null) sizes.set(id, size);
    return sizes;
  }

  /** The last one first. */
  *#rows(): Generator<Row> {
    if (this.#last === undefined) return;
    for (const text of this.#store.chain(this.#last)) yield JSON.parse(text) as Row;
  }

  #snapshotOf([id, createdAt, state, failure, , ...different]: Row): ListedSnapshot {
    return {
      id,
      createdAt: createdAt ?? Number.NaN,
      state,
      labels: different.length === 0 ? this.#common : this.#withDifferences(different),
      ...(failure !== 0 && { failure }),
    };
  }

  #addDifferences(row: Row, labels: Labels): void {
    for (const key in labels) {
      if (labels[key] === this.#common[key]) continue;
      const position = this.#keys.indexOf(key);
      row.push(position === -1 ? key : position, labels[key] as string);
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
      if (typeof value === "string") labels[key] = value;
      else delete labels[key];
    }
    return labels;
  }
}

/** A part of a page's text keeps all of it in memory. */
function copyOf(labels: Labels): Labels {
  return JSON.parse(JSON.stringify(labels)) as Labels;
}

/** Most disks have the same ones: one array for all that follow each other. */
let lastKeys: readonly string[] = [];

function keysOf(labels: Labels): readonly string[] {
  const keys = Object.keys(labels);
  if (keys.length !== lastKeys.length || keys.some((key, index) => key !== lastKeys[index])) lastKeys = keys;
  return lastKeys;
}
