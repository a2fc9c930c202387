import type { Disk, Snapshot, SnapshotReference } from "@k8s-snapshots/backend-api";
import type { MemoryStorage } from "@k8s-snapshots/backend-api/memory";
import { averageMilliseconds, decideRetention } from "@k8s-snapshots/retention";
import { authorLabels, defaultPolicy, type Rule } from "../../src/index.ts";

/** Watches the storage system from inside, and throws as soon as something happens that must never happen. */
export class SafetyLedger {
  readonly #storage: MemoryStorage;
  readonly #rules = new Map<string, Rule>();
  readonly #made = new Map<string, SnapshotReference[]>();
  readonly #lastMade = new Map<string, Snapshot>();
  created = 0;
  deleted = 0;

  constructor(storage: MemoryStorage, rules: readonly Rule[]) {
    this.#storage = storage;
    for (const rule of rules) this.#rules.set(rule.disk.id, rule);
    storage.onChange = (snapshot) => this.#changed(snapshot);
  }

  /** To be called before a deletion is carried out. */
  beforeDeletion(reference: SnapshotReference): void {
    const doomed = this.#storage.snapshot(reference);
    if (doomed === undefined) return;
    this.deleted++;
    if (doomed.state === "failed") return;
    const made = this.#made.get(doomed.diskId) ?? [];
    if (doomed.state !== "ready") throw new Error(`${doomed.id} was deleted while ${doomed.state}`);
    const survivors = made.filter(({ id, location }) => {
      return id !== doomed.id && this.#storage.snapshot({ id, location })?.state === "ready";
    });
    if (survivors.length === 0) throw new Error(`${doomed.diskId} lost its last ready snapshot, ${doomed.id}`);
    this.#made.set(
      doomed.diskId,
      made.filter(({ id }) => id !== doomed.id),
    );
  }

  /** The snapshots that should have expired by retention's bare rule. */
  overdue({ location, id }: Disk): readonly Snapshot[] {
    const snapshots = (this.#made.get(id) ?? [])
      .map((reference) => this.#storage.snapshot({ id: reference.id, location }))
      .filter((snapshot) => snapshot !== undefined);
    if (snapshots.some(({ state }) => state !== "ready")) return snapshots;
    const { deltas } = this.#rules.get(id) as Rule;
    return decideRetention(deltas as NonNullable<Rule["deltas"]>, snapshots).expired.map(({ snapshot }) => snapshot);
  }

  ready({ location, id }: Disk): number {
    return (this.#made.get(id) ?? []).filter(
      (made) => this.#storage.snapshot({ id: made.id, location })?.state === "ready",
    ).length;
  }

  #changed(snapshot: Snapshot): void {
    const last = this.#lastMade.get(snapshot.diskId);
    const made = this.#made.get(snapshot.diskId);
    if (made?.some(({ id }) => id === snapshot.id)) return;
    this.created++;
    if (made === undefined) this.#made.set(snapshot.diskId, [snapshot]);
    else made.push(snapshot);
    this.#lastMade.set(snapshot.diskId, snapshot);

    for (const [key, value] of Object.entries(authorLabels(defaultPolicy))) {
      if (snapshot.labels[key] !== value) throw new Error(`${snapshot.id} was made without its labels`);
    }
    const before = last === undefined ? undefined : this.#storage.snapshot(last);
    if (before === undefined || before.state === "failed") return;
    const interval = averageMilliseconds(
      ((this.#rules.get(snapshot.diskId) as Rule).deltas as NonNullable<Rule["deltas"]>).interval,
    );
    const gap = snapshot.createdAt.getTime() - before.createdAt.getTime();
    if (gap < interval) throw new Error(`${snapshot.diskId} got ${snapshot.id} ${gap} ms after ${before.id}`);
  }
}
