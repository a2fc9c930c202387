import type { ObjectEvent } from "@k8s-snapshots/k8s-source";
import type { SchedulerEvent } from "@k8s-snapshots/scheduler";
import { holdsForPeople } from "../observability/holds-for-people.ts";
import { whyDeleted } from "../observability/log-scheduler-events.ts";
import type { Finding } from "../rules/resolved-rules.ts";

/** What passes by itself, or was meant so. */
const harmless: ReadonlySet<Finding["reason"]> = new Set(["ClaimNotBound", "SupersededByAnotherRule"]);

/** What an object that asks for snapshots is told of one thing that the scheduler did; nothing, of most. */
export function eventsOf(event: SchedulerEvent): ObjectEvent[] {
  switch (event.type) {
    case "snapshot.created":
      return [normal("SnapshotCreated", `snapshot ${event.snapshot.id} of ${event.disk.id} is ready`)];
    case "snapshot.expired":
      return [
        normal("SnapshotExpired", `snapshot ${event.deletion.snapshot.id} deleted: ${whyDeleted(event.deletion)}`),
      ];
    case "snapshot.error":
      return [warning("SnapshotFailed", `no snapshot of ${event.disk.id}: ${event.error.message}`)];
    case "snapshot.vanished":
      return [warning("SnapshotVanished", `snapshot ${event.snapshot.id} was made, and is gone: was it deleted?`)];
    case "expire.error": {
      const { id } = event.deletion.snapshot;
      return [warning("SnapshotDeletionFailed", `snapshot ${id} cannot be deleted: ${event.error.message}`)];
    }
    case "disk.held":
      return event.holds
        .filter(({ reason }) => holdsForPeople.has(reason))
        .map(({ reason, message }) => warning(reason, message));
    default:
      return [];
  }
}

/** What an object is told that asks for snapshots and has none. */
export function eventOfFinding({ reason, message }: Finding): ObjectEvent {
  return harmless.has(reason) ? normal(reason, message) : warning(reason, message);
}

/** What an object is told whose rule holds, and says something odd. */
export function eventOfWarnings(warnings: readonly string[]): ObjectEvent {
  return warning("OddRule", warnings.join("; "));
}

function normal(reason: string, message: string): ObjectEvent {
  return { type: "Normal", reason, message };
}

function warning(reason: string, message: string): ObjectEvent {
  return { type: "Warning", reason, message };
}
