import type { ClaimObject, ClusterObjects, SnapshotRuleObject, VolumeObject } from "../watch/kubernetes-objects.ts";
import { slashed } from "../watch/object-key.ts";

/** Finds objects by what other objects call them. */
export interface ObjectLookup {
  readonly volume: (name: string) => VolumeObject | undefined;
  /** @param key - `NAMESPACE/NAME`, as for the next */
  readonly claim: (key: string) => ClaimObject | undefined;
  readonly snapshotRule: (key: string) => SnapshotRuleObject | undefined;
}

/** Finds objects, and remembers which ones were looked for, found or not: a change of them changes what was made of them. */
export class RecordedObjects implements ObjectLookup {
  readonly #objects: ClusterObjects;
  #paths = new Set<string>();

  constructor(objects: ClusterObjects) {
    this.#objects = objects;
  }

  volume(name: string): VolumeObject | undefined {
    this.#paths.add(slashed("PersistentVolume", name));
    return this.#objects.volumes.get(name);
  }

  claim(key: string): ClaimObject | undefined {
    this.#paths.add(slashed("PersistentVolumeClaim", key));
    return this.#objects.claims.get(key);
  }

  snapshotRule(key: string): SnapshotRuleObject | undefined {
    this.#paths.add(slashed("SnapshotRule", key));
    return this.#objects.snapshotRules.get(key);
  }

  /** Paths of all that was looked for since the last call. */
  taken(): string[] {
    const paths = [...this.#paths];
    this.#paths = new Set();
    return paths;
  }
}
