import type { BackendCapabilities, BackendError, Disk, Snapshot } from "@k8s-snapshots/backend-api";
import { averageMilliseconds } from "@k8s-snapshots/retention";
import { deletionsPerNewSnapshot } from "../planner/deletion-budget.ts";
import type { Hold, PlannedCreation } from "../planner/disk-plan.ts";
import type { DiskView, UnsettledCreation } from "../planner/disk-view.ts";
import { RULE_LABEL } from "../planner/snapshot-labels.ts";
import type { Rule } from "../rule.ts";
import { DiskInventory } from "./disk-inventory.ts";
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
 * What is known of one disk, as answers come in: which snapshots it has, and how its creations, deletions and its
 * allowance stand. Decides nothing; {@link DiskState.view} is what the planner decides on.
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

  readonly #inventory = new DiskInventory();
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
    for (const since of this.#inventory.pendingSince()) yield { since, interval };
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
    const marked = this.#inventory.listed.find(({ labels }) => unresolved.has(labels[RULE_LABEL] ?? ""));
    const name = marked?.labels[RULE_LABEL];
    return name === undefined ? undefined : `the rule ${name} is there, and cannot be read now`;
  }

  /** Whether nothing would be lost by forgetting it. */
  isEmpty(): boolean {
    return this.rule === undefined && this.#inventory.isEmpty() && !this.creating && this.#unsettled === undefined;
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
    return this.#inventory.snapshots();
  }

  /** @param begunAt - when the request was sent */
  creationAnswered(snapshot: Snapshot, begunAt: number, now: number): void {
    this.creating = false;
    this.#lastCreationAt = begunAt;
    this.#unsettled = undefined;
    this.#failures = 0;
    this.#retryAt = 0;
    this.#changedAt = now;
    if (this.#inventory.created(snapshot, now)) this.#appeared(now, 1);
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
    this.#inventory.deleted(id, now);
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
    const isFirst = this.#listedAt === undefined;
    this.#listedAt = startedAt;
    const changes = this.#inventory.applyList(yielded, startedAt, listLagMs, isFirst);
    if (changes === undefined) return unchanged;
    const { appeared, becameReady, becameFailed, vanished } = changes;
    if (!isFirst && appeared > 0) {
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

  #appeared(now: number, count: number): void {
    for (let index = 0; index < count; index++) this.#appearances.push(now);
    if (this.#appearances.length > MOST_APPEARANCES) this.#appearances = this.#appearances.slice(-MOST_APPEARANCES / 2);
  }
}
