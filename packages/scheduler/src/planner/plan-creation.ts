import { DEFAULT_LIST_LAG_MS } from "@k8s-snapshots/backend-api";
import { addDuration, averageMilliseconds, type Deltas, forecast } from "@k8s-snapshots/retention";
import type { Policy } from "../policy.ts";
import type { Rule } from "../rule.ts";
import { breakerOpenUntil } from "./breaker.ts";
import type { Hold, HoldReason, PlannedCreation } from "./disk-plan.ts";
import type { DiskSnapshots } from "./disk-snapshots.ts";
import type { DiskView } from "./disk-view.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import { labelsFor } from "./snapshot-labels.ts";
import { snapshotName } from "./snapshot-name.ts";

/** Whether to take a snapshot now; if not, why not, and when to look again. */
export interface CreationPlan {
  readonly creation?: PlannedCreation;
  readonly holds: readonly Hold[];
  readonly wakeAt: number;
}

/**
 * Takes one snapshot when the interval is over, however many intervals were missed (safety rule 10), and none while
 * anything speaks against it: without a valid rule (2), before the location was listed whole (6), while one is
 * pending (1), while the breaker is open (6), after an error (9).
 */
export function planCreation(now: number, view: DiskView, sorted: DiskSnapshots, policy: Policy): CreationPlan {
  const { rule, capabilities } = view;
  if (rule === undefined) return { holds: [], wakeAt: Number.POSITIVE_INFINITY };
  const { deltas } = rule;
  if (deltas === undefined) return wait("RuleInvalid", `the deltas of ${rule.id} cannot be read`);
  if (view.listedAt === undefined) return wait("NotListed", `${view.disk.location} was not listed whole yet`);

  if (view.creating) return wait("Pending", "a snapshot is being requested");
  const pending = sorted.pending[0];
  if (pending !== undefined)
    return wait("Pending", `${pending.id} is being made since ${pending.createdAt.toISOString()}`);

  const limit = capabilities.maxSnapshotsPerDisk;
  const needed = limit === undefined ? 0 : mostSnapshots(deltas);
  if (limit !== undefined && needed > limit) {
    const message = `${deltas.text} needs up to ${needed} snapshots, and the storage system allows ${limit}`;
    return wait("TooManySnapshots", message);
  }

  const { dueAt, pacedHold } = nextDue(view, sorted, deltas, now);
  const holds = pacedHold === undefined ? [] : [pacedHold];
  const waitUntil = (until: number, reason: HoldReason, message: string): CreationPlan => ({
    holds: [...holds, { what: "creation", reason, message, snapshots: [] }],
    wakeAt: until,
  });

  if (view.unsettled !== undefined) {
    const settleAt = Math.max(view.retryAt, view.unsettled.at + (capabilities.listLagMs ?? DEFAULT_LIST_LAG_MS));
    if (settleAt > now) return waitUntil(settleAt, "Backoff", `the answer to ${view.unsettled.name} was lost`);
    return { creation: settle(view, rule, view.unsettled, dueAt, policy), holds, wakeAt: Number.POSITIVE_INFINITY };
  }
  if (dueAt > now) return { holds, wakeAt: dueAt };
  if (view.retryAt > now) return waitUntil(view.retryAt, "Backoff", "the last try failed");
  const openUntil = breakerOpenUntil(now, view.appearances, deltas, policy);
  if (openUntil !== undefined) {
    const message = `${view.appearances.length} snapshots appeared in a short time, more than ${deltas.interval.text} explains: find out who makes them`;
    return waitUntil(openUntil, "BreakerOpen", message);
  }
  return { creation: create(now, view, rule, sorted, dueAt, policy), holds, wakeAt: Number.POSITIVE_INFINITY };
}

function wait(reason: HoldReason, message: string): CreationPlan {
  return { holds: [{ what: "creation", reason, message, snapshots: [] }], wakeAt: Number.POSITIVE_INFINITY };
}

/**
 * An interval after the newest snapshot by its own date, and an interval after our last creation by our own clock:
 * the later of the two, so that clocks that disagree cannot make one snapshot after another.
 */
export function nextDue(
  view: DiskView,
  { newest }: DiskSnapshots,
  deltas: Deltas,
  now: number,
): { dueAt: number; pacedHold?: Hold } {
  const references = [newest?.createdAt.getTime(), view.failedSnapshots === 0 ? view.lastCreationAt : undefined].filter(
    (time) => time !== undefined,
  );
  if (references.length === 0) return { dueAt: now };
  const last = Math.max(...references);
  const wanted = addDuration(last, deltas.interval);
  const shortest = view.capabilities.minIntervalMs ?? 0;
  if (averageMilliseconds(deltas.interval) >= shortest) return { dueAt: wanted };
  const message = `an interval of ${deltas.interval.text} is shorter than the ${shortest / 1_000} s that the storage system allows: it is taken every ${shortest / 1_000} s`;
  return {
    dueAt: last + shortest,
    pacedHold: { what: "creation", reason: "IntervalTooShort", message, snapshots: [] },
  };
}

function create(
  now: number,
  view: DiskView,
  rule: Rule,
  sorted: DiskSnapshots,
  dueAt: number,
  policy: Policy,
): PlannedCreation {
  const interval = averageMilliseconds((rule.deltas as Deltas).interval);
  const newestId = sorted.newest?.id;
  const slot = Math.floor((now - (sorted.newest?.createdAt.getTime() ?? 0)) / interval);
  return {
    reason: newestId === undefined ? "first" : "due",
    dueAt,
    request: {
      disk: view.disk,
      name: snapshotName(rule.name, new Date(now), policy.formatTime),
      description: `Made by k8s-snapshots for ${rule.id}`.slice(0, 255),
      labels: labelsFor(rule, policy),
      idempotencyKey: idempotencyKey(view.disk, newestId, slot, view.failedSnapshots),
    },
  };
}

function settle(
  view: DiskView,
  rule: Rule,
  { idempotencyKey, name }: NonNullable<DiskView["unsettled"]>,
  dueAt: number,
  policy: Policy,
): PlannedCreation {
  return {
    reason: "settle",
    dueAt,
    request: {
      disk: view.disk,
      name,
      description: `Made by k8s-snapshots for ${rule.id}`.slice(0, 255),
      labels: labelsFor(rule, policy),
      idempotencyKey,
      mayExist: true,
    },
  };
}

const mostByDeltas = new WeakMap<Deltas, number>();

/** Right after a creation, before expiry; infinity for a schedule that is beyond forecasting. */
function mostSnapshots(deltas: Deltas): number {
  let most = mostByDeltas.get(deltas);
  if (most === undefined) {
    try {
      most = forecast(deltas).most;
    } catch {
      most = Number.POSITIVE_INFINITY;
    }
    mostByDeltas.set(deltas, most);
  }
  return most;
}
