import type { KubernetesObject } from "./kubernetes-object.ts";

/** One change of one object. */
export interface ChangeEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly key: string;
  /** As it is after the change; of a deleted one, as it was, with the resourceVersion of the deletion. */
  readonly object: KubernetesObject;
  readonly previous: KubernetesObject | undefined;
  readonly revision: number;
}

/** A listing's entry: its key, by which listings are ordered, and the object. */
export type Entry = readonly [key: string, object: KubernetesObject];

/** The objects of one resource, and the latest changes to them. */
export class Collection {
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #listeners = new Set<(event: ChangeEvent) => void>();
  readonly #historySize: number;
  #history: ChangeEvent[] = [];
  #sorted: readonly Entry[] | undefined;
  #oldestRevision: number;

  /** @param oldestRevision - the state before it is unknown */
  constructor(historySize: number, oldestRevision: number) {
    this.#historySize = historySize;
    this.#oldestRevision = oldestRevision;
  }

  /** The oldest revision from which the changes are known without a gap. */
  get oldestRevision(): number {
    return this.#oldestRevision;
  }

  get(key: string): KubernetesObject | undefined {
    return this.#objects.get(key);
  }

  apply(event: ChangeEvent): void {
    if (event.type === "DELETED") this.#objects.delete(event.key);
    else this.#objects.set(event.key, event.object);
    this.#sorted = undefined;
    this.#history.push(event);
    if (this.#history.length > this.#historySize) this.#oldestRevision = this.#history.shift()?.revision ?? 0;
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** All objects in the order of their keys. */
  entries(): readonly Entry[] {
    this.#sorted ??= sortedByKey(this.#objects);
    return this.#sorted;
  }

  /** All objects as they were at `revision`, which is not older than {@link oldestRevision}. */
  entriesAt(revision: number): readonly Entry[] {
    const later = this.eventsAfter(revision);
    if (later.length === 0) return this.entries();
    const objects = new Map(this.#objects);
    for (const { key, previous } of later.toReversed()) {
      if (previous === undefined) objects.delete(key);
      else objects.set(key, previous);
    }
    return sortedByKey(objects);
  }

  /** The changes after `revision`, which is not older than {@link oldestRevision}. */
  eventsAfter(revision: number): readonly ChangeEvent[] {
    const last = this.#history.findLastIndex((event) => event.revision <= revision);
    return this.#history.slice(last + 1);
  }

  /** Forgets all changes up to `revision`. */
  compact(revision: number): void {
    this.#history = [];
    this.#oldestRevision = revision;
  }

  /** Calls `listener` for each change from now on, until the returned function is called. */
  subscribe(listener: (event: ChangeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function sortedByKey(objects: ReadonlyMap<string, KubernetesObject>): readonly Entry[] {
  return [...objects].sort(([one], [other]) => (one < other ? -1 : 1));
}
