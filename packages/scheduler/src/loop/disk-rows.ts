import type { Labels, SnapshotState } from "@k8s-snapshots/backend-api";
import type { ListedSnapshot } from "../state/claim-snapshots.ts";
import { fingerprintOf } from "../state/fingerprint.ts";
import type { RowStore } from "./row-store.ts";

/** A snapshot as it is stored: what its labels have else than those of the disk's first one, key by key; `null`: not. */
type Row = readonly [
  id: string,
  createdAt: number | null,
  state: SnapshotState,
  failure: string | 0,
  ...differences: (string | null)[],
];

/** What a whole list has of one disk, packed while the list is read. */
export class DiskRows {
  readonly #store: RowStore;
  #last: number | undefined;
  #common: Labels = {};
  #fingerprint = 0;

  constructor(store: RowStore) {
    this.#store = store;
  }

  /** Says whether two lists had the same of it, in whatever order: the sum of a number for each snapshot. */
  get fingerprint(): number {
    return this.#fingerprint;
  }

  add(snapshot: ListedSnapshot): void {
    const { id, createdAt, state, failure = 0, labels } = snapshot;
    if (this.#last === undefined) this.#common = copyOf(labels);
    const row: Row = [id, createdAt, state, failure, ...differences(labels, this.#common)];
    this.#last = this.#store.add(JSON.stringify(row), this.#last);
    this.#fingerprint += fingerprintOf(snapshot);
  }

  /** In the order in which they were added. Built at each call. */
  snapshots(): ListedSnapshot[] {
    if (this.#last === undefined) return [];
    const snapshots = Array.from(this.#store.chain(this.#last), (text) => this.#snapshotOf(JSON.parse(text) as Row));
    return snapshots.reverse();
  }

  #snapshotOf([id, createdAt, state, failure, ...different]: Row): ListedSnapshot {
    return {
      id,
      createdAt: createdAt ?? Number.NaN,
      state,
      labels: different.length === 0 ? this.#common : withDifferences(this.#common, different),
      ...(failure !== 0 && { failure }),
    };
  }
}

/** Key, value, key, value. */
function differences(labels: Labels, common: Labels): (string | null)[] {
  const different: (string | null)[] = [];
  for (const key in labels) if (labels[key] !== common[key]) different.push(key, labels[key] as string);
  for (const key in common) if (labels[key] === undefined) different.push(key, null);
  return different;
}

function withDifferences(common: Labels, different: readonly (string | null)[]): Labels {
  const labels: Record<string, string> = { ...common };
  for (let index = 0; index < different.length; index += 2) {
    const key = different[index] as string;
    const value = different[index + 1];
    if (value === null || value === undefined) delete labels[key];
    else labels[key] = value;
  }
  return labels;
}

/** A part of a page's text keeps all of it in memory. */
function copyOf(labels: Labels): Labels {
  return JSON.parse(JSON.stringify(labels)) as Labels;
}
