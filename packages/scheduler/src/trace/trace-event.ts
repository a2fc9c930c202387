import type { Disk } from "@k8s-snapshots/backend-api";
import type { CreationAction, DeletionAction } from "../planner/disk-plan.ts";
import type { Policy } from "../policy.ts";
import type { Identity } from "../state/claim-snapshots.ts";
import type { DiskState } from "../state/disk-state.ts";
import type { Fact } from "../state/fact.ts";
import type { LocationState } from "../state/location-state.ts";
import type { Present } from "../state/present.ts";
import type { Instant, Moment, Monotonic } from "../state/time.ts";

/**
 * The disks of one location, as long as what is known of them holds: when the location is lost or won, others take their
 * place.
 */
export interface TracedDisks {
  /** What they share, before the event. */
  readonly location: LocationState;

  /** Whether this process serves the location. */
  readonly isOurs: boolean;
}

/** Why something was sent: goes with the facts `creation.sent` and `deletion.sent`. */
export type TracedAction =
  | { readonly reason: CreationAction["reason"] }
  | { readonly reason: DeletionAction["reason"]; readonly isRead: boolean };

/** All that the core learns, emitted before it changes anything. Holds references: to be written down at once. */
export type TraceEvent =
  /** The first event of a process. */
  | { readonly type: "process.started"; readonly moment: Moment; readonly identity: Identity; readonly policy: Policy }
  /** The disks take the place of those of the same location before: it is ours now, or not any more. */
  | { readonly type: "location.begun"; readonly disks: TracedDisks; readonly moment: Moment }
  | {
      readonly type: "fact";
      readonly disks: TracedDisks;
      readonly present: Present;
      /** Before the fact. */
      readonly state: DiskState;
      readonly fact: Fact;
      readonly action: TracedAction | undefined;
    }
  /** The storage system gave a date that changes what is known of its clock. */
  | { readonly type: "date.observed"; readonly disks: TracedDisks; readonly moment: Moment; readonly date: Instant }
  /** A whole list ended; what it had of each disk follows as facts. */
  | {
      readonly type: "location.listed";
      readonly disks: TracedDisks;
      readonly moment: Moment;
      readonly begunAt: Monotonic;
    }
  /** See {@link LocationState.unresolvedRules}. */
  | {
      readonly type: "rules.unresolved";
      readonly disks: TracedDisks;
      readonly moment: Moment;
      readonly unresolvedRules: ReadonlySet<string>;
    }
  /** See {@link LocationState.lapsedAt}. */
  | { readonly type: "ownership.lapsed"; readonly disks: TracedDisks; readonly moment: Moment }
  /** Nothing is known of the disk any more. */
  | { readonly type: "disk.forgotten"; readonly disks: TracedDisks; readonly moment: Moment; readonly disk: Disk };
