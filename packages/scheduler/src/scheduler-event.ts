import type { BackendError, Disk, Snapshot } from "@k8s-snapshots/backend-api";
import type { DiskPlan, Hold, PlannedCreation, PlannedDeletion, PlannedKeep } from "./planner/disk-plan.ts";
import type { DiskView } from "./planner/disk-view.ts";
import type { Rule } from "./rule.ts";

/** Which disk an event is about. */
export interface DiskContext {
  readonly backend: string;
  readonly disk: Disk;

  /** `undefined` for a disk whose rule is gone. */
  readonly rule: Rule | undefined;
}

/** A disk as it is known now, and what would be done for it. */
export interface DiskInspection extends DiskContext {
  readonly view: DiskView;
  readonly plan: DiskPlan;
}

/** Which location an event is about. */
export interface LocationContext {
  readonly backend: string;
  readonly location: string;
}

/**
 * What the scheduler does, as it does it: for logs, metrics, Kubernetes Events. The names of the Python daemon's log
 * events are kept where the meaning is the same.
 */
export type SchedulerEvent =
  | ({ readonly type: "snapshot.scheduled"; readonly dueAt: number } & DiskContext)
  | ({ readonly type: "snapshot.start"; readonly creation: PlannedCreation } & DiskContext)
  | ({ readonly type: "snapshot.accepted"; readonly snapshot: Snapshot; readonly lateMs: number } & DiskContext)
  | ({ readonly type: "snapshot.created"; readonly snapshot: Snapshot; readonly tookMs: number } & DiskContext)
  | ({ readonly type: "snapshot.error"; readonly error: BackendError; readonly retryAt: number } & DiskContext)
  | ({ readonly type: "snapshot.vanished"; readonly snapshot: Snapshot } & DiskContext)
  | ({ readonly type: "snapshot.expired"; readonly deletion: PlannedDeletion } & DiskContext)
  | ({ readonly type: "expire.started"; readonly deletions: readonly PlannedDeletion[] } & DiskContext)
  | ({ readonly type: "expire.kept"; readonly kept: readonly PlannedKeep[] } & DiskContext)
  | ({ readonly type: "expire.delete"; readonly deletion: PlannedDeletion } & DiskContext)
  | ({ readonly type: "expire.error"; readonly deletion: PlannedDeletion; readonly error: BackendError } & DiskContext)
  | ({ readonly type: "expire.complete"; readonly deleted: number; readonly failed: number } & DiskContext)
  | ({ readonly type: "disk.held"; readonly holds: readonly Hold[] } & DiskContext)
  | ({ readonly type: "location.listed"; readonly snapshots: number; readonly tookMs: number } & LocationContext)
  | ({ readonly type: "location.error"; readonly error: BackendError; readonly retryAt: number } & LocationContext);
