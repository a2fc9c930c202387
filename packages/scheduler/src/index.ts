export { type Clock, systemClock } from "./clock.ts";
export type { DiskPlan, Hold, HoldReason, PlannedCreation, PlannedDeletion, PlannedKeep } from "./planner/disk-plan.ts";
export type { DiskView, UnsettledCreation } from "./planner/disk-view.ts";
export { planDisk } from "./planner/plan-disk.ts";
export { authorLabels, DELETION_POLICY_LABEL, DELTAS_LABEL, RULE_LABEL } from "./planner/snapshot-labels.ts";
export { defaultPolicy, type Policy } from "./policy.ts";
export { type DeletionPolicy, diskKey, type Rule } from "./rule.ts";
export { Scheduler, type SchedulerHealth, type SchedulerOptions } from "./scheduler.ts";
export type { DiskContext, DiskInspection, LocationContext, SchedulerEvent } from "./scheduler-event.ts";
