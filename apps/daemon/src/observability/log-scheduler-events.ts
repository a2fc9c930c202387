import type { BackendError } from "@k8s-snapshots/backend-api";
import {
  type Deferral,
  describeDeferral,
  diskKey,
  type Reason,
  reasons,
  type SchedulerEvent,
} from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { DeferralChanges } from "./deferral-changes.ts";
import { describeDeletion } from "./describe-deletion.ts";
import { errorFields } from "./error-fields.ts";
import { EXPIRE_STARTED, eventNames } from "./event-names.ts";
import { RepeatedFailures } from "./repeated-failures.ts";

type LocationEvent = Exclude<SchedulerEvent, { readonly disk: unknown }>;
type DiskEvent = Extract<SchedulerEvent, { readonly disk: unknown }>;

const levels = { info: "debug", warning: "warn", error: "error" } as const;

const tenures = {
  owner: "this process serves the location from now on",
  lapsed: "the Lease could not be renewed: nothing is deleted, and only what is five minutes overdue is taken",
  none: "another replica may serve the location now",
} as const;

/** The failure itself is logged, once as long as it goes on: what is deferred because of it says nothing more. */
const followsFailure: ReadonlySet<Reason> = new Set(["CreationFailed", "SnapshotFailed"]);

/** Writes what the scheduler does to the log. What goes on is said once, and then for debugging. */
export function logSchedulerEvents(logger: Logger): (event: SchedulerEvent) => void {
  const failures = new RepeatedFailures();
  const deferralChanges = new DeferralChanges();
  const expiring = new Set<string>();

  function logError(about: Record<string, unknown>, scope: FailureScope, error: BackendError): void {
    const isOfLocation = error.scope === "location" || error.scope === "account";
    const level = failures.failed(isOfLocation ? scope.ofLocation : scope.ofDisk, error.code) ? "error" : "debug";
    logger[level]({ ...about, ...errorFields(error) }, error.message);
  }

  function logRecovery(about: Record<string, unknown>, scope: FailureScope): void {
    const failed = failures.succeeded(scope.ofLocation) + failures.succeeded(scope.ofDisk);
    if (failed > 0) logger.info({ ...about, event: "backend.recovered", failed }, "works again");
  }

  const logLocation = (event: LocationEvent) => {
    const { type, backend, location } = event;
    const about = { event: eventNames[type], type, backend, location };
    const listing = scopeOf("list", backend, location, "");
    switch (event.type) {
      case "location.listed": {
        logRecovery(about, listing);
        const { snapshots, unattributed, took } = event;
        return logger.debug({ ...about, snapshots, unattributed, seconds: took / 1_000 }, "listed");
      }
      case "location.failed":
        return logError({ ...about, retryAt: instant(event.retryAt) }, listing, event.error);
      case "location.paused": {
        const { kind, pause, error } = event;
        const level = failures.failed(`pause ${kind} ${backend} ${location}`, error.code) ? "warn" : "debug";
        const text = `the storage system asks to slow down: no ${kind} call for ${pause / 1_000} s`;
        return logger[level]({ ...about, kind, seconds: pause / 1_000, ...errorFields(error) }, text);
      }
      case "tenure.changed": {
        const { tenure } = event;
        return logger[tenure === "lapsed" ? "warn" : "info"]({ ...about, tenure }, tenures[tenure]);
      }
      case "call.ended": {
        const { kind, code } = event;
        if (code === undefined) failures.succeeded(`pause ${kind} ${backend} ${location}`);
        return;
      }
    }
  };

  function logDeferrals(about: Record<string, unknown>, event: Extract<DiskEvent, { type: "disk.deferred" }>): void {
    const begun = new Set(deferralChanges.begun(event, event.deferrals));
    for (const deferral of event.deferrals) {
      const { reason, count, until } = deferral;
      const level = begun.has(deferral) ? levelOf(deferral) : "debug";
      const { defers } = reasons[reason];
      logger[level]({ ...about, reason, defers, count, until: instant(until) }, describeDeferral(deferral));
    }
  }

  const logDisk = (event: DiskEvent) => {
    const { type, backend, disk, rule } = event;
    const creating = scopeOf("create", backend, disk.location, disk.id);
    const deleting = scopeOf("delete", backend, disk.location, disk.id);
    const about = {
      event: eventNames[type],
      type,
      rule: rule?.name,
      backend,
      location: disk.location,
      disk: disk.id,
    };
    switch (event.type) {
      case "snapshot.scheduled":
        return logger.debug({ ...about, at: instant(event.dueAt) }, "next snapshot");
      case "snapshot.requested":
        return logger.info({ ...about, name: event.name, reason: event.reason }, "requesting a snapshot");
      case "snapshot.accepted":
        logRecovery(about, creating);
        return logger.debug({ ...about, snapshot: event.snapshot.id, lateSeconds: event.lateness / 1_000 }, "accepted");
      case "snapshot.ready":
        return logger.info({ ...about, snapshot: event.snapshot.id, seconds: event.took / 1_000 }, "ready");
      case "snapshot.vanished":
        return logger.error({ ...about, snapshot: event.snapshot.id }, "made, and not in the list: was it deleted?");
      case "snapshot.failed":
        return logError({ ...about, retryAt: instant(event.retryAt) }, creating, event.error);
      case "deletion.requested": {
        const key = diskKey(backend, disk);
        if (!expiring.has(key)) logger.info({ ...about, event: EXPIRE_STARTED }, "deleting what has expired");
        expiring.add(key);
        return logger.debug({ ...about, snapshot: event.deletion.id }, "deleting");
      }
      case "snapshot.expired":
        logRecovery(about, deleting);
        return logger.info({ ...about, snapshot: event.deletion.id }, describeDeletion(event.deletion));
      case "deletion.failed":
        return logError({ ...about, snapshot: event.deletion.id }, deleting, event.error);
      case "deletion.refused":
        return logger.info({ ...about, snapshot: event.id, reason: event.reason }, "kept: no longer to be deleted");
      case "deletion.completed":
        expiring.delete(diskKey(backend, disk));
        return logger.info({ ...about, deleted: event.deleted, failed: event.failed }, "deleted what has expired");
      case "disk.deferred":
        return logDeferrals(about, event);
      case "readiness.changed": {
        const { ready, newest } = event.readiness ?? {};
        return logger.debug({ ...about, ready, newest: instant(newest) }, "how the disk is protected changed");
      }
    }
  };

  return (event) => ("disk" in event ? logDisk(event) : logLocation(event));
}

function levelOf({ reason }: Deferral): "debug" | "warn" | "error" {
  return followsFailure.has(reason) ? "debug" : levels[reasons[reason].severity];
}

interface FailureScope {
  readonly ofLocation: string;
  readonly ofDisk: string;
}

function scopeOf(operation: string, backend: string, location: string, disk: string): FailureScope {
  return { ofLocation: `${operation} ${backend} ${location}`, ofDisk: `${operation} ${backend} ${location} ${disk}` };
}

function instant(time: number | undefined): string | undefined {
  return time === undefined || !Number.isFinite(time) ? undefined : new Date(time).toISOString();
}
