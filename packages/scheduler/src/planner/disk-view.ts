import type { BackendCapabilities, Disk, Snapshot } from "@k8s-snapshots/backend-api";
import type { Rule } from "../rule.ts";

/** All that the planner knows of one disk. Times are milliseconds since 1970 by the scheduler's clock. */
export interface DiskView {
  readonly disk: Disk;

  /** What is wanted, or `undefined` if nobody wants anything of this disk (any more). */
  readonly rule: Rule | undefined;

  /** Why nothing may be deleted although there is a valid rule, or none; `undefined` if nothing speaks against it. */
  readonly suspended: string | undefined;

  /** The limits of the disk's backend. */
  readonly capabilities: BackendCapabilities;

  /** Our snapshots of the disk: the last whole list, and what we wrote since. In any order. */
  readonly snapshots: readonly Snapshot[];

  /** When the last whole list of the disk's location was begun; `undefined` if there was none yet. */
  readonly listedAt: number | undefined;

  /** When we last had an answer to a creation or a deletion of this disk; `undefined` if never. */
  readonly changedAt: number | undefined;

  /** When we began to create the last snapshot; `undefined` if never, as far as this process knows. */
  readonly lastCreationAt: number | undefined;

  /** A creation is being requested right now. */
  readonly creating: boolean;

  /** A creation whose answer was lost. */
  readonly unsettled: UnsettledCreation | undefined;

  /** Creations that ended in a failed snapshot, since the last that did not. */
  readonly failedSnapshots: number;

  /** No creation before this, after an error. */
  readonly retryAt: number;

  /** No deletion before this, after an error. */
  readonly deleteAfter: number;

  /** When snapshots of this disk appeared, as far as this process saw: for the breaker. Ascending. */
  readonly appearances: readonly number[];

  /** How many more snapshots may be deleted before another one becomes ready. */
  readonly allowance: number;
}

/** What it takes to try a creation again under the same key. */
export interface UnsettledCreation {
  readonly idempotencyKey: string;
  readonly name: string;

  /** When it was tried last. */
  readonly at: number;
}
