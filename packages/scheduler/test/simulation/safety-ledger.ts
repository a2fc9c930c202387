import type { Disk, Snapshot, SnapshotReference } from "@k8s-snapshots/backend-api";
import type { MemoryStorage } from "@k8s-snapshots/backend-api/memory";
import { averageMilliseconds, decideRetention } from "@k8s-snapshots/retention";
import type { Rule } from "../../src/index.ts";

/** Watches the storage system from inside, and notes the first thing that happens and must never happen. */
export class SafetyLedger {
  readonly #storage: MemoryStorage;
  readonly #rules = new Map<string, Rule>();
  readonly #made = new Map<string, SnapshotReference[]>();
  readonly #lastMade = new Map<string, Snapshot>();
  /** What must never happen, and did. */
  violation: string | undefined;
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
    if (doomed.state !== "ready") this.#note(`${doomed.id} was deleted while ${doomed.state}`);
    const newest = this.#storage.snapshot(this.#lastMade.get(doomed.diskId) ?? doomed);
    if (newest?.state === "pending") this.#note(`${doomed.id} was deleted while the newest, ${newest.id}, was pending`);
    const survivors = made.filter(({ id, location }) => {
      return id !== doomed.id && this.#storage.snapshot({ id, location })?.state === "ready";
    });
    if (survivors.length === 0) this.#note(`${doomed.diskId} lost its last ready snapshot, ${doomed.id}`);
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

  #note(violation: string): void {
    this.violation ??= violation;
  }

  #changed(snapshot: Snapshot): void {
    const last = this.#lastMade.get(snapshot.diskId);
    const made = this.#made.get(snapshot.diskId);
    if (made?.some(({ id }) => id === snapshot.id)) return;
    this.created++;
    if (made === undefined) this.#made.set(snapshot.diskId, [snapshot]);
    else made.push(snapshot);
    this.#lastMade.set(snapshot.diskId, snapshot);

    if (snapshot.labels["created-by"] !== "k8s-snapshots") this.#note(`${snapshot.id} was made without its labels`);
    const before = last === undefined ? undefined : this.#storage.snapshot(last);
    if (before === undefined || before.state === "failed") return;
    if (before.state !== "ready")
      this.#note(`${snapshot.diskId} got ${snapshot.id} while ${before.id} was ${before.state}`);
    const interval = averageMilliseconds(
      ((this.#rules.get(snapshot.diskId) as Rule).deltas as NonNullable<Rule["deltas"]>).interval,
    );
    const gap = snapshot.createdAt.getTime() - before.createdAt.getTime();
    if (gap < interval) this.#note(`${snapshot.diskId} got ${snapshot.id} ${gap} ms after ${before.id}`);
  }
}
