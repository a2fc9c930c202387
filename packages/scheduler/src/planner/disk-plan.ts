import type { RequestedCreation } from "../state/disk-state.ts";
import type { Instant, Milliseconds, Monotonic } from "../state/time.ts";
import type { Deferral } from "./reason.ts";

/** What to do for one disk, with the reason for each step and for each step not taken. Serialisable. */
export interface Plan {
  readonly creation: CreationAction | undefined;

  /** In the order in which they go. */
  readonly deletions: readonly DeletionAction[];

  readonly deferrals: readonly Deferral[];

  /** When the next snapshot is due, by the storage system's clock; `undefined`: none is, or it is not known yet. */
  readonly dueAt: Instant | undefined;

  /** When time alone may change the plan; infinity: only a fact can. */
  readonly wakeAt: Monotonic;

  /** When a list of the location is wanted; infinity: whenever. */
  readonly listAt: Monotonic;

  /** The next list may change the plan even if it shows the same: some ready ones are newer than the newest list. */
  readonly awaitsList: boolean;

  /** Whether the disk is as protected as its rule says (rule 13); `undefined` without a valid rule or a list. */
  readonly readiness: Readiness | undefined;
}

/** Nothing to do, nothing to say, until a fact changes it. */
export const emptyPlan: Plan = {
  creation: undefined,
  deletions: [],
  deferrals: [],
  dueAt: undefined,
  wakeAt: Number.POSITIVE_INFINITY,
  listAt: Number.POSITIVE_INFINITY,
  awaitsList: false,
  readiness: undefined,
};

/** A snapshot to take. */
export interface CreationAction {
  readonly request: RequestedCreation;

  /**
   * `first`: the disk has none. `due`: the interval is over. `asked`: it is not, and a person asked for one. `resolve`: one
   * whose answer was lost is looked for.
   */
  readonly reason: "first" | "due" | "asked" | "resolve";

  /** Since when it has been due, by the storage system's clock. */
  readonly dueAt: Instant;
}

/** A snapshot to delete. */
export interface DeletionAction {
  readonly id: string;
  readonly createdAt: Instant;

  /**
   * `expired`: no schedule in force keeps it. `failed`: it will never be usable. `room`: a full limit leaves no other way
   * to take the next one. `orphaned`: its rule is gone, and wanted it to expire.
   */
  readonly reason: "expired" | "failed" | "room" | "orphaned";

  /** The newest list is old: the snapshot is read by itself before it goes (rule 2). */
  readonly readFirst: boolean;
}

/** Whether the newest ready snapshot is as young as the schedule promises (rule 13). */
export interface Readiness {
  readonly ready: boolean;

  /** The newest ready one; `undefined`: there was never one. */
  readonly newest: Instant | undefined;

  /** When the newest is too old, by the storage system's clock. */
  readonly lateAt: Instant | undefined;

  /** How many ready ones the disk has. */
  readonly held: number;

  /**
   * The longest time between two ready ones that follow each other, of those that the finest generation spans, measured from
   * the newest; `undefined`: there are less than two.
   */
  readonly widestGap: Milliseconds | undefined;
}
