import { type ChangeEvent, Collection } from "./collection.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";

/**
 * All objects under one counter, as etcd keeps them: each change gets the next revision, which is the object's
 * `resourceVersion`. It knows nothing of kinds, rules or HTTP.
 */
export class ObjectStore {
  readonly #collections = new Map<string, Collection>();
  readonly #historySize: number;
  #revision = 1;
  #compactedRevision = 0;

  /** @param historySize - how many changes of a resource are remembered for watches and listings from earlier */
  constructor(historySize: number) {
    this.#historySize = historySize;
  }

  /** The revision of the latest change. */
  get revision(): number {
    return this.#revision;
  }

  collection(name: string): Collection {
    const known = this.#collections.get(name);
    if (known !== undefined) return known;
    const made = new Collection(this.#historySize, this.#compactedRevision);
    this.#collections.set(name, made);
    return made;
  }

  /** Creates or replaces, and returns the object with its new resourceVersion. */
  put(collectionName: string, key: string, object: KubernetesObject): KubernetesObject {
    const previous = this.collection(collectionName).get(key);
    return this.#record(collectionName, previous === undefined ? "ADDED" : "MODIFIED", key, object, previous);
  }

  /** Removes, and returns the object as it was, with the resourceVersion of the removal. */
  remove(collectionName: string, key: string, object: KubernetesObject): KubernetesObject {
    return this.#record(collectionName, "DELETED", key, object, this.collection(collectionName).get(key));
  }

  /** Forgets all changes so far, as etcd does every five minutes. */
  compact(): void {
    this.#compactedRevision = this.#revision;
    for (const collection of this.#collections.values()) collection.compact(this.#revision);
  }

  #record(
    collectionName: string,
    type: ChangeEvent["type"],
    key: string,
    object: KubernetesObject,
    previous: KubernetesObject | undefined,
  ): KubernetesObject {
    this.#revision += 1;
    const revision = this.#revision;
    const stamped = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    this.collection(collectionName).apply({ type, key, object: stamped, previous, revision });
    return stamped;
  }
}

/** How a collection's keys are made; listings come in their order, namespace by namespace. */
export function objectKey(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
