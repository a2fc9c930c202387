import type { CreateSnapshotRequest, Snapshot } from "@k8s-snapshots/backend-api";
import type { ExpireReason, KeepReason } from "@k8s-snapshots/retention";

/** What to do for one disk, with the reason for each step and for each step not taken. */
export interface DiskPlan {
  readonly creation: PlannedCreation | undefined;
  readonly deletions: readonly PlannedDeletion[];
  readonly kept: readonly PlannedKeep[];
  readonly holds: readonly Hold[];

  /**
   * When the next snapshot is due, in milliseconds since 1970, whatever may hold it up then; `undefined` if none is
   * wanted, or it is not known yet.
   */
  readonly dueAt?: number | undefined;

  /** When time alone may change the plan, in milliseconds since 1970; infinity if only an event can. */
  readonly wakeAt: number;
}

/** A snapshot to take. */
export interface PlannedCreation {
  readonly request: CreateSnapshotRequest;

  /** `first`: the disk has none. `due`: the interval is over. `settle`: a lost answer is looked for. */
  readonly reason: "first" | "due" | "settle";

  /** Since when it has been due, in milliseconds since 1970. */
  readonly dueAt: number;
}

/** A snapshot to delete. */
export interface PlannedDeletion {
  readonly snapshot: Snapshot;

  /** Why retention does not keep it; `failed`: it will never be usable. */
  readonly reason: ExpireReason<Snapshot> | { readonly kind: "failed" };
}

/** A snapshot that retention keeps. */
export interface PlannedKeep {
  readonly snapshot: Snapshot;
  readonly reasons: readonly KeepReason[];
}

/** Something that is not done now, and why. */
export interface Hold {
  readonly what: "creation" | "deletion";
  readonly reason: HoldReason;

  /** For people: what is waited for. */
  readonly message: string;

  /** The snapshots that stay for this reason; empty for a creation. */
  readonly snapshots: readonly Snapshot[];
}

/**
 * Stable names, as in Kubernetes conditions.
 *
 * | of a creation | |
 * |---|---|
 * | `PlanFailed` | planning the disk threw; nothing is deleted either (9) |
 * | `RuleInvalid` | the rule cannot be read; nothing is deleted either (2) |
 * | `NotListed` | the location was not listed whole yet (safety rule 6) |
 * | `Pending` | a snapshot is being made (1) |
 * | `Backoff` | after an error (9) |
 * | `BreakerOpen` | more snapshots appeared than the interval explains (6) |
 * | `IntervalTooShort` | the storage system allows fewer; it is taken at its pace |
 * | `TooManySnapshots` | the schedule would keep more than the storage system allows |
 *
 * | of a deletion | |
 * |---|---|
 * | `Backoff` | after an error (9) |
 * | `NewestNotReady` | (2) |
 * | `NotListed` | the location was not listed whole since the last change (2) |
 * | `NewestReady` | (3) |
 * | `DeletionBudget` | (4) |
 * | `FutureDated` | (5) |
 * | `HeldByLabel` | (7) |
 * | `Retained` | the rule is gone (8) |
 */
export type HoldReason =
  | "PlanFailed"
  | "RuleInvalid"
  | "NotListed"
  | "Pending"
  | "Backoff"
  | "BreakerOpen"
  | "IntervalTooShort"
  | "TooManySnapshots"
  | "NewestNotReady"
  | "NewestReady"
  | "DeletionBudget"
  | "FutureDated"
  | "HeldByLabel"
  | "Retained";
