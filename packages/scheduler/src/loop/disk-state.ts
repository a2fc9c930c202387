import type { BackendCapabilities, BackendError, Disk, Snapshot } from "@k8s-snapshots/backend-api";
import { averageMilliseconds } from "@k8s-snapshots/retention";
import { deletionsPerNewSnapshot } from "../planner/deletion-budget.ts";
import type { Hold, PlannedCreation } from "../planner/disk-plan.ts";
import type { DiskView, UnsettledCreation } from "../planner/disk-view.ts";
import { RULE_LABEL } from "../planner/snapshot-labels.ts";
import type { Rule } from "../rule.ts";
import type { PendingSince } from "./list-pace.ts";

/** What a whole list changed for a disk. */
export interface ListOutcome {
  readonly changed: boolean;
  readonly becameReady: readonly Snapshot[];
  readonly becameFailed: readonly Snapshot[];
  readonly vanished: readonly Snapshot[];
}

const unchanged: ListOutcome = { changed: false, becameReady: [], becameFailed: [], vanished: [] };
const MOST_APPEARANCES = 1_000;

/**
 * What is known of one disk, as answers come in: the last whole list, with our own writes over it until a list must
 * show them. Decides nothing; {@link DiskState.view} is what the planner decides on.
 */
export class DiskState {
  readonly disk: Disk;
  rule: Rule | undefined;

  /** When the plan may change by time alone. */
  wakeAt: number = Number.POSITIVE_INFINITY;
  /** A creation is being requested. */
  creating = false;
  /** Deletions that are planned and not answered yet. */
  deletionsUnderWay = 0;
  /** Of the last plan, so that each hold is said once. */
  holds: readonly Hold[] = [];

  #listed: readonly Snapshot[] = [];
  #listedAt: number | undefined;
  #changedAt: number | undefined;
  #lastCreationAt: number | undefined;
  #unsettled: UnsettledCreation | undefined;
  #failedSnapshots = 0;
  #failures = 0;
  #retryAt = 0;
  #failedDeletions = 0;
  #deleteAfter = 0;
  #allowance = 0;
  #appearances: number[] = [];
  readonly #created = new Map<string, { readonly snapshot: Snapshot; readonly at: number }>();
  readonly #deletedAt = new Map<string, number>();

  /** @param listedAt - when the last whole list was begun that showed no snapshot of this disk, if there was one */
  constructor(disk: Disk, listedAt: number | undefined) {
    this.disk = disk;
    this.#listedAt = listedAt;
  }

  /** Errors of creations in a row. */
  get failures(): number {
    return this.#failures;
  }

  get failedSnapshots(): number {
    return this.#failedSnapshots;
  }

  /** The snapshots that are being made, by the scheduler's clock where it knows, and those that no list shows yet. */
  *pending(): Generator<PendingSince> {
    const { interval } = this;
    for (const snapshot of this.#listed) {
      if (snapshot.state === "pending" && !this.#created.has(snapshot.id)) {
        yield { since: snapshot.createdAt.getTime(), interval };
      }
    }
    for (const { at } of this.#created.values()) yield { since: at, interval };
  }

  /** The rule's, in milliseconds; infinity without one. */
  get interval(): number {
    const interval = this.rule?.deltas?.interval;
    return interval === undefined ? Number.POSITIVE_INFINITY : averageMilliseconds(interval);
  }

  /** Whether a snapshot is being requested or made: then nothing is deleted (safety rule 2). */
  isCreating(): boolean {
    return this.creating || this.#unsettled !== undefined || this.snapshots().some(({ state }) => state === "pending");
  }

  #whyNotOrphaned(unresolved: ReadonlySet<string>): string | undefined {
    if (unresolved.size === 0) return undefined;
    const name = this.#listed.find(({ labels }) => unresolved.has(labels[RULE_LABEL] ?? ""))?.labels[RULE_LABEL];
    return name === undefined ? undefined : `the rule ${name} is there, and cannot be read now`;
  }

  /** Whether nothing would be lost by forgetting it. */
  isEmpty(): boolean {
    const isKnown = this.#listed.length > 0 || this.#created.size > 0;
    return this.rule === undefined && !isKnown && !this.creating && this.#unsettled === undefined;
  }

  /** @param unresolved - names of rules of which it is not known now which disk they mean */
  view(capabilities: BackendCapabilities, unresolved: ReadonlySet<string>): DiskView {
    return {
      disk: this.disk,
      rule: this.rule,
      suspended: this.rule === undefined ? this.#whyNotOrphaned(unresolved) : this.rule.deletionsSuspended,
      capabilities,
      snapshots: this.snapshots(),
      listedAt: this.#listedAt,
      changedAt: this.#changedAt,
      lastCreationAt: this.#lastCreationAt,
      creating: this.creating,
      unsettled: this.#unsettled,
      failedSnapshots: this.#failedSnapshots,
      retryAt: this.#retryAt,
      deleteAfter: this.#deleteAfter,
      appearances: this.#appearances,
      allowance: this.#allowance,
    };
  }

  snapshots(): readonly Snapshot[] {
    if (this.#created.size === 0 && this.#deletedAt.size === 0) return this.#listed;
    const known = this.#listed.filter(({ id }) => !this.#deletedAt.has(id) && !this.#created.has(id));
    for (const { snapshot } of this.#created.values()) {
      if (!this.#deletedAt.has(snapshot.id)) known.push(snapshot);
    }
    return known;
  }

  /** @param begunAt - when the request was sent */
  creationAnswered(snapshot: Snapshot, begunAt: number, now: number): void {
    this.creating = false;
    this.#lastCreationAt = begunAt;
    this.#unsettled = undefined;
    this.#failures = 0;
    this.#retryAt = 0;
    this.#changedAt = now;
    if (!this.#listed.some(({ id }) => id === snapshot.id)) this.#appeared(now, 1);
    this.#created.set(snapshot.id, { snapshot, at: now });
  }

  creationFailed({ request, reason }: PlannedCreation, error: BackendError, now: number, delay: number): void {
    this.creating = false;
    this.#failures++;
    this.#retryAt = now + delay;
    if (error.outcome === "unknown") {
      this.#unsettled = { idempotencyKey: request.idempotencyKey, name: request.name, at: now };
    } else if (reason === "settle" && !error.retryable) {
      this.#unsettled = undefined;
    }
  }

  deletionAnswered(id: string, now: number): void {
    this.#failedDeletions = 0;
    this.#deletedAt.set(id, now);
    this.#changedAt = now;
  }

  /** Errors of deletions in a row. */
  get failedDeletions(): number {
    return this.#failedDeletions;
  }

  /** @param retryAt - no deletion before this */
  deletionFailed(retryAt: number): void {
    this.#failedDeletions++;
    this.#deleteAfter = Math.max(this.#deleteAfter, retryAt);
  }

  /** Deletions that were planned cost the allowance whether or not they succeed. */
  spend(deletions: number): void {
    this.#allowance = Math.max(0, this.#allowance - deletions);
  }

  /** Grants what new ready snapshots allow; what was granted before and not used is forfeit. */
  grant(newReady: number): void {
    const held = this.snapshots().filter(({ state }) => state === "ready").length;
    this.#allowance = newReady * deletionsPerNewSnapshot(this.rule?.deltas?.generations.length ?? 0, held);
  }

  retryNotBefore(time: number): void {
    this.#retryAt = Math.max(this.#retryAt, time);
  }

  /**
   * Takes in what a whole list says of the disk.
   *
   * @param startedAt - when the list was begun: what we wrote later, or less than `listLagMs` before, may be missing
   */
  applyList(yielded: readonly Snapshot[], startedAt: number, now: number, listLagMs: number): ListOutcome {
    const first = this.#listedAt === undefined;
    const before = this.#listed;
    this.#listedAt = startedAt;
    this.#listed = yielded;
    if (!first && this.#created.size === 0 && this.#deletedAt.size === 0 && same(before, yielded)) return unchanged;

    const listed = eachOnce(yielded);
    this.#listed = listed;
    const known = new Map(before.map((snapshot) => [snapshot.id, snapshot]));
    const becameReady: Snapshot[] = [];
    const becameFailed: Snapshot[] = [];
    let appeared = 0;
    for (const snapshot of listed) {
      const was = known.get(snapshot.id)?.state;
      if (was === undefined && !this.#created.has(snapshot.id)) appeared++;
      if (snapshot.state === "failed" && was !== "failed") becameFailed.push(snapshot);
      if (snapshot.state === "ready" && was !== "ready" && !first && !this.#deletedAt.has(snapshot.id)) {
        becameReady.push(snapshot);
      }
    }
    const vanished = this.#settleWrites(listed, startedAt, listLagMs);
    if (!first && appeared > 0) {
      this.#appeared(now, appeared);
      this.#unsettled = undefined;
    }
    if (becameReady.length > 0) {
      this.#failedSnapshots = 0;
      this.grant(becameReady.length);
    }
    this.#failedSnapshots += becameFailed.length;
    return { changed: true, becameReady, becameFailed, vanished };
  }

  /** Drops what the list shows, or must have shown. */
  #settleWrites(listed: readonly Snapshot[], startedAt: number, listLagMs: number): Snapshot[] {
    const ids = new Set(listed.map(({ id }) => id));
    const vanished: Snapshot[] = [];
    for (const [id, { snapshot, at }] of this.#created) {
      if (ids.has(id)) this.#created.delete(id);
      else if (startedAt > at + listLagMs) {
        this.#created.delete(id);
        if (!this.#deletedAt.has(id)) vanished.push(snapshot);
      }
    }
    for (const [id, at] of this.#deletedAt) {
      if (!ids.has(id) || startedAt > at + listLagMs) this.#deletedAt.delete(id);
    }
    return vanished;
  }

  #appeared(now: number, count: number): void {
    for (let index = 0; index < count; index++) this.#appearances.push(now);
    if (this.#appearances.length > MOST_APPEARANCES) this.#appearances = this.#appearances.slice(-MOST_APPEARANCES / 2);
  }
}

/** Of a snapshot that is there twice, the later look counts. */
function eachOnce(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const byId = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
  return byId.size === snapshots.length ? snapshots : [...byId.values()];
}

/** Labels are left out: they matter when something is planned, and then the last list is read. */
function same(before: readonly Snapshot[], after: readonly Snapshot[]): boolean {
  if (before.length !== after.length) return false;
  return before.every(({ id, state }, index) => id === after[index]?.id && state === after[index]?.state);
}
