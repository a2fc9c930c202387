import type { BackendError, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { type Clock, systemClock } from "./clock.ts";
import { asBackendError, callBackend } from "./loop/call-backend.ts";
import { LocationDisks } from "./loop/location-disks.ts";
import { planState } from "./loop/plan-state.ts";
import { readLocation } from "./loop/read-location.ts";
import { authorLabels } from "./planner/snapshot-labels.ts";
import { defaultPolicy, type Policy } from "./policy.ts";
import type { Rule } from "./rule.ts";
import type { DiskInspection, LocationContext } from "./scheduler-event.ts";

/** What a scheduler that starts now would do first in one location. */
export interface LocationPlan extends LocationContext {
  /** Empty if there is an error. */
  readonly disks: readonly DiskInspection[];

  /** Why the location could not be listed. */
  readonly error?: BackendError;
}

/** What {@link planLocations} plans for. */
export interface PlanLocationsOptions {
  /** By name. */
  readonly backends: ReadonlyMap<string, SnapshotBackend>;

  /** As {@link Scheduler.setRules}. */
  readonly rules: readonly Rule[];

  /** As {@link Scheduler.setRules}. */
  readonly unresolved: ReadonlySet<string>;

  /** What differs from {@link defaultPolicy}. */
  readonly policy?: Partial<Policy>;

  /** Default: the machine's. */
  readonly clock?: Clock;

  /** How long a list may take, in milliseconds. Default: ten minutes. */
  readonly limitMs?: number;
}

/**
 * What a scheduler would do that starts now, without doing it: lists each location where a rule has a disk once, and
 * plans. Never rejects.
 */
export function planLocations(options: PlanLocationsOptions): Promise<LocationPlan[]> {
  const byLocation = Map.groupBy(options.rules, ({ backend, disk }) => JSON.stringify([backend, disk.location]));
  return Promise.all([...byLocation.values()].map((rules) => planLocation(rules as [Rule, ...Rule[]], options)));
}

async function planLocation(rules: readonly [Rule, ...Rule[]], options: PlanLocationsOptions): Promise<LocationPlan> {
  const { backends, unresolved, clock = systemClock, limitMs = 600_000 } = options;
  const { backend: name, disk } = rules[0];
  const about = { backend: name, location: disk.location };
  const policy = { ...defaultPolicy, ...options.policy };
  try {
    const backend = backends.get(name) as SnapshotBackend;
    const disks = new LocationDisks(backend, disk.location);
    disks.setRules(rules, unresolved);
    const startedAt = clock.now();
    const list = (signal: AbortSignal) => readLocation(backend, disk.location, authorLabels(policy), signal);
    const abort = new AbortController().signal;
    const { byDisk } = await callBackend(`the list of ${disk.location}`, list, { clock, limitMs, abort });
    const now = clock.now();
    for (const _ of disks.applyList(byDisk, startedAt, now));
    const inspections = [...disks].map((state) => ({
      ...disks.about(state),
      view: disks.viewOf(state),
      plan: planState(now, disks, state, policy),
    }));
    return { ...about, disks: inspections };
  } catch (error) {
    return { ...about, disks: [], error: asBackendError(error) };
  }
}
