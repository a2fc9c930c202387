import type { SchedulerEvent } from "@k8s-snapshots/scheduler";

/**
 * What the log calls each of the scheduler's events, in the field `event`; `type` has the event's own name. Where the
 * Python daemon had a name for it, and people alert on it, it is that one.
 */
export const eventNames = {
  "snapshot.scheduled": "snapshot.scheduled",
  "snapshot.requested": "snapshot.start",
  "snapshot.accepted": "snapshot.accepted",
  "snapshot.ready": "snapshot.created",
  "snapshot.failed": "snapshot.error",
  "snapshot.vanished": "snapshot.vanished",
  "deletion.requested": "expire.delete",
  "snapshot.expired": "snapshot.expired",
  "deletion.failed": "expire.error",
  "deletion.refused": "expire.refused",
  "deletion.completed": "expire.complete",
  "disk.deferred": "disk.deferred",
  "readiness.changed": "readiness.changed",
  "tenure.changed": "location.tenure",
  "call.ended": "call.ended",
  "location.paused": "location.paused",
  "location.listed": "location.listed",
  "location.failed": "location.error",
} as const satisfies Record<SchedulerEvent["type"], string>;

/** Said before the first deletion of several; the scheduler has no event for it. */
export const EXPIRE_STARTED = "expire.started";
