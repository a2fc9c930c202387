import { type Deferral, type DiskContext, diskKey, type Reason } from "@k8s-snapshots/scheduler";

/** Tells a deferral that is new for its disk from one that goes on, so that each is said once. */
export class DeferralChanges {
  readonly #standing = new Map<string, ReadonlySet<Reason>>();

  /** @returns those that the disk did not have before */
  begun({ backend, disk }: DiskContext, deferrals: readonly Deferral[]): readonly Deferral[] {
    const key = diskKey(backend, disk);
    const before = this.#standing.get(key);
    if (deferrals.length === 0) this.#standing.delete(key);
    else this.#standing.set(key, new Set(deferrals.map(({ reason }) => reason)));
    return deferrals.filter(({ reason }) => !before?.has(reason));
  }
}
