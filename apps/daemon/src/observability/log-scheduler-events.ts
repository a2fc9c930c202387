import type { BackendError, BackendErrorCode, Snapshot } from "@k8s-snapshots/backend-api";
import { describeExpireReason, describeKeepReason } from "@k8s-snapshots/retention";
import type { PlannedDeletion, SchedulerEvent } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { errorFields } from "./error-fields.ts";
import { holdsForPeople } from "./holds-for-people.ts";
import { RepeatedFailures } from "./repeated-failures.ts";

/** Errors of a whole location: all of its disks have them at once. */
const codesOfLocations: ReadonlySet<BackendErrorCode> = new Set([
  "forbidden",
  "throttled",
  "unauthenticated",
  "unavailable",
]);

/** Writes what the scheduler does to the log. A failure that goes on is an error once, and then for debugging. */
export function logSchedulerEvents(logger: Logger): (event: SchedulerEvent) => void {
  const failures = new RepeatedFailures();

  function logError(about: Record<string, unknown>, scope: FailureScope, error: BackendError): void {
    const what = codesOfLocations.has(error.code) ? scope.ofLocation : scope.ofDisk;
    const level = failures.failed(what, error.code) ? "error" : "debug";
    logger[level]({ ...about, ...errorFields(error) }, error.message);
  }

  function logRecovery(about: Record<string, unknown>, scope: FailureScope): void {
    const failed = failures.succeeded(scope.ofLocation) + failures.succeeded(scope.ofDisk);
    if (failed > 0) logger.info({ ...about, event: "backend.recovered", failed }, "works again");
  }

  return (event) => {
    if (event.type === "location.listed" || event.type === "location.error") {
      const { backend, location } = event;
      const about = { event: event.type, backend, location };
      const listing = scopeOf("list", backend, location, "");
      if (event.type === "location.error") {
        return logError({ ...about, retryAt: instant(event.retryAt) }, listing, event.error);
      }
      logRecovery(about, listing);
      return logger.debug({ ...about, snapshots: event.snapshots }, "listed");
    }
    const { backend, disk, rule } = event;
    const creating = scopeOf("create", backend, disk.location, disk.id);
    const deleting = scopeOf("delete", backend, disk.location, disk.id);
    const about = { event: event.type, rule: rule?.name, backend, location: disk.location, disk: disk.id };
    switch (event.type) {
      case "snapshot.scheduled":
        return logger.debug({ ...about, at: instant(event.dueAt) }, "next snapshot");
      case "snapshot.start":
        return logger.info({ ...about, name: event.creation.request.name, reason: event.creation.reason }, "taking");
      case "snapshot.accepted":
        logRecovery(about, creating);
        return logger.debug({ ...about, snapshot: event.snapshot.id, lateSeconds: event.lateMs / 1_000 }, "accepted");
      case "snapshot.created":
        return logger.info({ ...about, snapshot: event.snapshot.id, seconds: event.tookMs / 1_000 }, "ready");
      case "snapshot.vanished":
        return logger.error({ ...about, snapshot: event.snapshot.id }, "made, and not in the list: was it deleted?");
      case "snapshot.error":
        return logError({ ...about, retryAt: instant(event.retryAt) }, creating, event.error);
      case "expire.started":
        return logger.info({ ...about, count: event.deletions.length }, "expiring");
      case "expire.kept":
        for (const { snapshot, reasons } of event.kept) {
          logger.debug({ ...about, snapshot: snapshot.id }, reasons.map(describeKeepReason).join("; "));
        }
        return;
      case "expire.delete":
        return logger.debug({ ...about, snapshot: event.deletion.snapshot.id }, "deleting");
      case "snapshot.expired":
        logRecovery(about, deleting);
        return logger.info({ ...about, snapshot: event.deletion.snapshot.id }, whyDeleted(event.deletion));
      case "expire.error":
        return logError({ ...about, snapshot: event.deletion.snapshot.id }, deleting, event.error);
      case "expire.complete":
        return logger.info({ ...about, deleted: event.deleted, failed: event.failed }, "expired");
      case "disk.held":
        for (const { what, reason, message } of event.holds) {
          logger[holdsForPeople.has(reason) ? "warn" : "debug"]({ ...about, what, reason }, message);
        }
        return;
    }
  };
}

/**
 * Why a snapshot goes, in words.
 *
 * @param nameOf - what to call the one that stands for it. Default: its `id`.
 */
export function whyDeleted(
  { reason }: PlannedDeletion,
  nameOf: (snapshot: Snapshot) => string = ({ id }) => id,
): string {
  return reason.kind === "failed" ? "it failed, and will never be usable" : describeExpireReason(reason, nameOf);
}

interface FailureScope {
  readonly ofLocation: string;
  readonly ofDisk: string;
}

function scopeOf(operation: string, backend: string, location: string, disk: string): FailureScope {
  return { ofLocation: `${operation} ${backend} ${location}`, ofDisk: `${operation} ${backend} ${location} ${disk}` };
}

function instant(time: number): string {
  return new Date(time).toISOString();
}
