import type { Disk, Snapshot, SnapshotReference } from "@k8s-snapshots/backend-api";
import type { MemoryStorage } from "@k8s-snapshots/backend-api/memory";
import { averageMilliseconds, decideRetention } from "@k8s-snapshots/retention";
import type { Rule } from "../../src/index.ts";

/** How much later than its interval says a snapshot may come when nothing goes wrong, in milliseconds. */
const MOST_LATE = 3_600_000;

/** Watches the storage system from inside, and notes the first thing that happens and must never happen. */
export class SafetyLedger {
  readonly #storage: MemoryStorage;
  readonly #rules = new Map<string, Rule>();
  /** Since the last snapshot was made, in milliseconds: a creation may be under way while the rule changes. */
  readonly #shortestInterval = new Map<string, number>();
  readonly #made = new Map<string, SnapshotReference[]>();
  readonly #lastMade = new Map<string, Snapshot>();
  /** What must never happen, and did. */
  violation: string | undefined;
  created = 0;
  deleted = 0;

  constructor(storage: MemoryStorage, rules: readonly Rule[]) {
    this.#storage = storage;
    this.setRules(rules);
    storage.onChange = (snapshot) => this.#changed(snapshot);
  }

  /** All rules, from now on. */
  setRules(rules: readonly Rule[]): void {
    this.#rules.clear();
    for (const rule of rules) {
      const { id } = rule.disk;
      this.#rules.set(id, rule);
      const before = this.#shortestInterval.get(id) ?? Number.POSITIVE_INFINITY;
      this.#shortestInterval.set(id, Math.min(before, intervalOf(rule)));
    }
  }

  /** To be called before a deletion is carried out. */
  beforeDeletion(reference: SnapshotReference): void {
    const doomed = this.#storage.snapshot(reference);
    if (doomed === undefined) return;
    this.deleted++;
    if (doomed.state === "failed") return;
    const made = this.#made.get(doomed.diskId) ?? [];
    if (!this.#rules.has(doomed.diskId)) this.#note(`${doomed.id} was deleted although its rule is gone`);
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

  /** Whether the disk should have had another snapshot by now, in milliseconds since 1970. */
  isLate({ id }: Disk, now: number): boolean {
    const newest = this.#lastMade.get(id)?.createdAt.getTime() ?? Number.NEGATIVE_INFINITY;
    return now - newest > intervalOf(this.#rules.get(id) as Rule) + MOST_LATE;
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
    const interval = this.#shortestInterval.get(snapshot.diskId) as number;
    const rule = this.#rules.get(snapshot.diskId);
    if (rule !== undefined) this.#shortestInterval.set(snapshot.diskId, intervalOf(rule));

    if (snapshot.labels["created-by"] !== "k8s-snapshots") this.#note(`${snapshot.id} was made without its labels`);
    const before = last === undefined ? undefined : this.#storage.snapshot(last);
    if (before === undefined || before.state === "failed") return;
    if (before.state !== "ready")
      this.#note(`${snapshot.diskId} got ${snapshot.id} while ${before.id} was ${before.state}`);
    const gap = snapshot.createdAt.getTime() - before.createdAt.getTime();
    if (gap < interval) this.#note(`${snapshot.diskId} got ${snapshot.id} ${gap} ms after ${before.id}`);
  }
}

function intervalOf({ deltas }: Rule): number {
  return averageMilliseconds((deltas as NonNullable<Rule["deltas"]>).interval);
}
