import type { Snapshot } from "@k8s-snapshots/backend-api";
import { describeExpireReason, describeKeepReason } from "@k8s-snapshots/retention";
import type { PlannedDeletion, SchedulerEvent } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { errorFields } from "./error-fields.ts";

/** Writes what the scheduler does to the log. */
export function logSchedulerEvents(logger: Logger): (event: SchedulerEvent) => void {
  return (event) => {
    if (event.type === "location.listed" || event.type === "location.error") {
      const { backend, location } = event;
      const about = { event: event.type, backend, location };
      if (event.type === "location.listed") logger.debug({ ...about, snapshots: event.snapshots }, "listed");
      else
        logger.error({ ...about, ...errorFields(event.error), retryAt: instant(event.retryAt) }, event.error.message);
      return;
    }
    const { backend, disk, rule } = event;
    const about = { event: event.type, rule: rule?.name, backend, location: disk.location, disk: disk.id };
    switch (event.type) {
      case "snapshot.scheduled":
        return logger.debug({ ...about, at: instant(event.dueAt) }, "next snapshot");
      case "snapshot.start":
        return logger.info({ ...about, name: event.creation.request.name, reason: event.creation.reason }, "taking");
      case "snapshot.accepted":
        return logger.debug({ ...about, snapshot: event.snapshot.id, lateSeconds: event.lateMs / 1_000 }, "accepted");
      case "snapshot.created":
        return logger.info({ ...about, snapshot: event.snapshot.id, seconds: event.tookMs / 1_000 }, "ready");
      case "snapshot.vanished":
        return logger.error({ ...about, snapshot: event.snapshot.id }, "made, and not in the list: was it deleted?");
      case "snapshot.error":
        return logger.error(
          { ...about, ...errorFields(event.error), retryAt: instant(event.retryAt) },
          event.error.message,
        );
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
        return logger.info({ ...about, snapshot: event.deletion.snapshot.id }, whyDeleted(event.deletion));
      case "expire.error":
        return logger.error(
          { ...about, snapshot: event.deletion.snapshot.id, ...errorFields(event.error) },
          event.error.message,
        );
      case "expire.complete":
        return logger.info({ ...about, deleted: event.deleted, failed: event.failed }, "expired");
      case "disk.held":
        for (const { what, reason, message } of event.holds) logger.debug({ ...about, what, reason }, message);
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

function instant(time: number): string {
  return new Date(time).toISOString();
}
