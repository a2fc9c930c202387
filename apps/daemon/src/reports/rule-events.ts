import type { ObjectEvent } from "@k8s-snapshots/k8s-source";
import { type Deferral, describeDeferral, reasons, type SchedulerEvent } from "@k8s-snapshots/scheduler";
import { describeDeletion } from "../observability/describe-deletion.ts";
import type { Finding } from "../rules/resolved-rule.ts";

/** What passes by itself, or was meant so. */
const harmless: ReadonlySet<Finding["reason"]> = new Set(["ClaimNotBound", "SupersededByAnotherRule"]);

/** The Events of an object that asks for snapshots about one thing that the scheduler did; of most things, none. */
export function eventsOf(event: SchedulerEvent): ObjectEvent[] {
  switch (event.type) {
    case "snapshot.ready":
      return [normal("SnapshotCreated", `snapshot ${event.snapshot.id} of ${event.disk.id} is ready`)];
    case "snapshot.expired": {
      const { deletion } = event;
      return [normal("SnapshotExpired", `snapshot ${deletion.id} deleted: ${describeDeletion(deletion)}`)];
    }
    case "snapshot.failed":
      // Where it is known that nothing was made, the deferral that follows says the same, and when the next try is.
      if (event.error.outcome !== "unknown") return [];
      return [warning("CreationFailed", `cannot take a snapshot of ${event.disk.id}: ${event.error.message}`)];
    case "snapshot.vanished":
      return [warning("SnapshotVanished", `snapshot ${event.snapshot.id} was made, and is gone: was it deleted?`)];
    case "deletion.failed": {
      const { deletion, error } = event;
      return [warning("SnapshotDeletionFailed", `cannot delete snapshot ${deletion.id}: ${error.message}`)];
    }
    case "disk.deferred":
      return eventsOfDeferrals(event.deferrals);
    default:
      return [];
  }
}

/** What asks for a person's look is a warning; what passes by itself, or was meant so, is not an Event. */
export function eventsOfDeferrals(deferrals: readonly Deferral[]): ObjectEvent[] {
  return deferrals
    .filter(({ reason }) => reasons[reason].severity !== "info")
    .map((deferral) => warning(deferral.reason, describeDeferral(deferral)));
}

/** The Event of an object that asks for snapshots and has none. */
export function eventOfFinding({ reason, message }: Finding): ObjectEvent {
  return harmless.has(reason) ? normal(reason, message) : warning(reason, message);
}

/** The Event of an object whose rule holds, and says something odd. */
export function eventOfWarnings(warnings: readonly string[]): ObjectEvent {
  return warning("OddRule", warnings.join("; "));
}

function normal(reason: string, message: string): ObjectEvent {
  return { type: "Normal", reason, message };
}

function warning(reason: string, message: string): ObjectEvent {
  return { type: "Warning", reason, message };
}
