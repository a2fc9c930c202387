import type { BackendError, BackendErrorCode, Disk } from "@k8s-snapshots/backend-api";
import type { ExpireReason } from "@k8s-snapshots/retention";
import type { CallKind } from "./gate/call-context.ts";
import type { SnapshotSizes } from "./loop/snapshot-sizes.ts";
import type { CreationAction, DeletionAction, Plan, Readiness } from "./planner/disk-plan.ts";
import type { Deferral, RefusalReason } from "./planner/reason.ts";
import type { Rule } from "./rule.ts";
import type { Tenure } from "./sharding/location-ownership.ts";
import type { DiskState } from "./state/disk-state.ts";
import type { Present } from "./state/present.ts";
import type { SnapshotRow } from "./state/snapshot-table.ts";
import type { Instant, Milliseconds } from "./state/time.ts";

/** Which disk an event is about. */
export interface DiskContext {
  readonly backend: string;
  readonly disk: Disk;

  /** `undefined` for a disk whose rule is gone. */
  readonly rule: Rule | undefined;
}

/** A disk as it is known now, and what would be done for it. */
export interface DiskInspection extends DiskContext {
  readonly state: DiskState;
  readonly present: Present;
  readonly plan: Plan;

  /** How large its snapshots are; absent where that is not known. */
  readonly sizes?: Pick<SnapshotSizes, "byId">;
}

/** What the last plan said of a disk. */
export type LastPlan = Pick<Plan, "readiness" | "deferrals" | "dueAt">;

/** Which location an event is about. */
export interface LocationContext {
  readonly backend: string;
  readonly location: string;
}

/** A snapshot, as events name it. */
export type EventSnapshot = Pick<SnapshotRow, "id" | "createdAt">;

/** Why a deletion is or was asked for. For an expired one, what stands for it. */
export interface EventDeletion extends Pick<DeletionAction, "id" | "createdAt" | "reason"> {
  readonly why: ExpireReason<EventSnapshot> | undefined;
}

/** What the scheduler does, as it does it: for logs, metrics, Kubernetes Events. */
export type SchedulerEvent =
  /** It is known when the next one is due. */
  | ({ readonly type: "snapshot.scheduled"; readonly dueAt: Instant } & DiskContext)
  /** A snapshot is requested. */
  | ({
      readonly type: "snapshot.requested";
      readonly name: string;
      readonly reason: CreationAction["reason"];
    } & DiskContext)
  /** The storage system has begun it, so long after it was due. */
  | ({
      readonly type: "snapshot.accepted";
      readonly snapshot: EventSnapshot;
      readonly lateness: Milliseconds;
    } & DiskContext)
  /** It is ready, so long after its date. */
  | ({ readonly type: "snapshot.ready"; readonly snapshot: EventSnapshot; readonly took: Milliseconds } & DiskContext)
  /** The request failed, or the snapshot did; next try not before. */
  | ({
      readonly type: "snapshot.failed";
      readonly error: BackendError;
      readonly retryAt: Instant | undefined;
    } & DiskContext)
  /** It was accepted, and lists that must show it do not. */
  | ({ readonly type: "snapshot.vanished"; readonly snapshot: EventSnapshot } & DiskContext)
  /** A deletion is sent. */
  | ({ readonly type: "deletion.requested"; readonly deletion: EventDeletion } & DiskContext)
  /** It is done. */
  | ({ readonly type: "snapshot.expired"; readonly deletion: EventDeletion } & DiskContext)
  /** It failed. */
  | ({ readonly type: "deletion.failed"; readonly deletion: EventDeletion; readonly error: BackendError } & DiskContext)
  /** The gate did not let it through: on the newest knowledge it is not wanted any more. */
  | ({ readonly type: "deletion.refused"; readonly id: string; readonly reason: RefusalReason } & DiskContext)
  /** No deletion that was planned is left. */
  | ({ readonly type: "deletion.completed"; readonly deleted: number; readonly failed: number } & DiskContext)
  /** What is not done now, and why, changed; empty once nothing is deferred. */
  | ({ readonly type: "disk.deferred"; readonly deferrals: readonly Deferral[] } & DiskContext)
  /** How the disk is protected changed: its newest ready one, or whether that is as young as the rule promises (rule 13). */
  | ({ readonly type: "readiness.changed"; readonly readiness: Readiness | undefined } & DiskContext)
  /** What this process may do in the location changed. Of `none`, nothing more is known of its disks. */
  | ({ readonly type: "tenure.changed"; readonly tenure: Tenure } & LocationContext)
  /** A call ended. */
  | ({
      readonly type: "call.ended";
      readonly kind: CallKind;
      readonly took: Milliseconds;
      readonly code: BackendErrorCode | undefined;
    } & LocationContext)
  /** The storage system asked to slow down: no call of that kind leaves for so long. */
  | ({
      readonly type: "location.paused";
      readonly kind: CallKind;
      readonly pause: Milliseconds;
      readonly error: BackendError;
    } & LocationContext)
  /** The location was listed whole. */
  | ({
      readonly type: "location.listed";
      readonly snapshots: number;
      readonly unattributed: number;
      readonly took: Milliseconds;
    } & LocationContext)
  /** A list failed; next try not before. */
  | ({ readonly type: "location.failed"; readonly error: BackendError; readonly retryAt: Instant } & LocationContext);
