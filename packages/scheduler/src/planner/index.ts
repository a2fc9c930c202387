/**
 * The core by itself: two pure functions over serialisable values. Unstable: names and shapes may change in any release.
 *
 * @packageDocumentation
 */
export type { Identity, ListedSnapshot, Strangers } from "../state/claim-snapshots.ts";
export { type DiskSnapshots, snapshotsOf } from "../state/disk-snapshots.ts";
export { type DiskState, newDiskState } from "../state/disk-state.ts";
export type { Fact } from "../state/fact.ts";
export { type LocationState, locationListed, type WholeList } from "../state/location-state.ts";
export type { Marks, RequestMarks } from "../state/marks.ts";
export type { Present } from "../state/present.ts";
export { reduce } from "../state/reduce.ts";
export { type SnapshotRow, SnapshotTable } from "../state/snapshot-table.ts";
export { observeDate, type StorageClock, startClock, storageDate } from "../state/storage-clock.ts";
export type { Instant, Milliseconds, Moment, Monotonic } from "../state/time.ts";
export { type CreationAction, type DeletionAction, emptyPlan, type Plan, type Readiness } from "./disk-plan.ts";
export { plan } from "./plan.ts";
export { type Deferral, describeDeferral, type Reason, type ReasonFacts, reasons } from "./reason.ts";
