export { type Clock, systemClock } from "./clock.ts";
export { type ForeseenSnapshot, type Foresight, foresee } from "./foresight/foresee.ts";
export { type ImaginedDiskOptions, imagineDisk, type KnownDisk } from "./foresight/known-disk.ts";
export type { Verdict } from "./foresight/verdicts.ts";
export type { BudgetKind, CallKind } from "./gate/call-context.ts";
export type { CallRate } from "./gate/guard-backend.ts";
export { type LocationPlan, type PlanLocationsOptions, planLocations } from "./plan-locations.ts";
export type { CreationAction, DeletionAction, Plan, Readiness } from "./planner/disk-plan.ts";
export { explainRetention } from "./planner/explain.ts";
export { type Deferral, describeDeferral, type Reason, type ReasonFacts, reasons } from "./planner/reason.ts";
export { defaultPolicy, type Policy } from "./policy.ts";
export { diskKey, locationKeyOf, type Rule } from "./rule.ts";
export { type RuleChanges, Scheduler, type SchedulerHealth, type SchedulerOptions } from "./scheduler.ts";
export type {
  DiskContext,
  DiskInspection,
  EventDeletion,
  EventSnapshot,
  LastPlan,
  LocationContext,
  SchedulerEvent,
} from "./scheduler-event.ts";
export { type AssignedLocation, assignLocations } from "./sharding/assign-locations.ts";
export { LeaseOwnership, type LeaseOwnershipOptions, type OwnershipEvent } from "./sharding/lease-ownership.ts";
export {
  LeaseConflict,
  type LeaseStore,
  type LeaseView,
  type LocationLease,
  type MemberLease,
} from "./sharding/lease-store.ts";
export {
  alwaysOwner,
  type LocationClaim,
  type LocationName,
  type LocationOwnership,
  locationKey,
  type Tenant,
  type Tenure,
} from "./sharding/location-ownership.ts";
export { defaultLeaseTimes, type LeaseTimes } from "./sharding/membership.ts";
export {
  type Claim,
  claimSnapshots,
  type Identity,
  type ListedSnapshot,
  type Strangers,
} from "./state/claim-snapshots.ts";
export type { DeletionPolicy } from "./state/marks.ts";
export { scheduleKey, scheduleLabel } from "./state/schedule-key.ts";
