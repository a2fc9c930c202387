import type { BackendError, Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { type Clock, momentOf, systemClock } from "./clock.ts";
import { checkAnswers } from "./gate/check-answers.ts";
import { asBackendError, withinTime } from "./gate/limit-time.ts";
import { observeDates } from "./gate/observe-dates.ts";
import { Disks } from "./loop/disks.ts";
import { readLocation } from "./loop/list-intake.ts";
import type { LoopContext } from "./loop/loop-context.ts";
import { planEntry } from "./loop/plan-entry.ts";
import { defaultPolicy, type Policy } from "./policy.ts";
import { locationKeyOf, type Rule } from "./rule.ts";
import type { DiskInspection, LocationContext } from "./scheduler-event.ts";
import type { ListedSnapshot } from "./state/claim-snapshots.ts";
import type { LocationState } from "./state/location-state.ts";
import { startClock } from "./state/storage-clock.ts";
import type { Milliseconds } from "./state/time.ts";

/** What a scheduler that starts now would do first in one location. */
export interface LocationPlan extends LocationContext {
  /** Empty if there is an error. */
  readonly disks: readonly DiskInspection[];

  /** What the list had of each disk with the author's label, by the disk's id. Empty if there is an error. */
  readonly listed: ReadonlyMap<string, readonly ListedSnapshot[]>;

  /** Why the location could not be listed. */
  readonly error?: BackendError;
}

/** What {@link planLocations} plans for. */
export interface PlanLocationsOptions {
  /** By name. */
  readonly backends: ReadonlyMap<string, SnapshotBackend>;

  /** As in the scheduler's options. */
  readonly cluster: string;

  /** As in the scheduler's options. Default: none. */
  readonly formerClusters?: readonly string[];

  /** As {@link Scheduler.setRules}. */
  readonly rules: readonly Rule[];

  /** As {@link Scheduler.setRules}. */
  readonly unresolved: ReadonlySet<string>;

  /** What differs from {@link defaultPolicy}. */
  readonly policy?: Partial<Policy>;

  /** Default: the machine's. */
  readonly clock?: Clock;

  /** How long a list may take. Default: ten minutes. */
  readonly listTimeout?: Milliseconds;

  /**
   * Called for each snapshot with the author's label, as the storage system has it: what it occupies and is called is no
   * part of the plan. Must not throw. Default: no listener.
   */
  readonly onSnapshot?: (snapshot: Snapshot) => void;
}

/**
 * What a scheduler would do that starts now, without doing it: lists each location where a rule has a disk once, and
 * plans. Never rejects.
 */
export function planLocations(options: PlanLocationsOptions): Promise<LocationPlan[]> {
  const byLocation = Map.groupBy(options.rules, locationKeyOf);
  return Promise.all([...byLocation.values()].map((rules) => planLocation(rules as [Rule, ...Rule[]], options)));
}

async function planLocation(rules: readonly [Rule, ...Rule[]], options: PlanLocationsOptions): Promise<LocationPlan> {
  const { backends, unresolved, cluster, formerClusters = [], clock = systemClock, listTimeout = 600_000 } = options;
  const { onSnapshot } = options;
  const { backend, disk } = rules[0];
  const about = { backend, location: disk.location };
  const policy = { ...defaultPolicy, ...options.policy };
  const identity = { cluster, formerClusters, instance: "plan" };
  const context: LoopContext = {
    clock,
    aloneSince: undefined,
    policy,
    identity,
    onEvent: () => {},
    onAccountThrottled: () => {},
    onTrace: undefined,
    rules: { confirmedAt: clock.monotonic() },
    concurrency: 1,
    callTimeout: listTimeout,
  };
  try {
    const storage = backends.get(backend) as SnapshotBackend;
    const state: LocationState = {
      ...about,
      capabilities: storage.capabilities,
      identity,
      clock: startClock(momentOf(clock)),
      unresolvedRules: unresolved,
    };
    const disks = new Disks(state, context, true);
    for (const rule of rules) disks.apply(disks.get(rule.disk.id), { type: "rule.changed", rule });
    const dated = observeDates(checkAnswers(storage), (date) => disks.observe(date));
    const listed = await listInto(disks, dated, context, listTimeout, onSnapshot);
    const inspections = [...disks].map((entry): DiskInspection => {
      const present = disks.present(entry);
      const { state: known } = entry;
      return { backend, disk: known.disk, rule: known.rule, state: known, present, plan: planEntry(entry, present) };
    });
    return { ...about, disks: inspections, listed };
  } catch (error) {
    return { ...about, disks: [], listed: new Map(), error: asBackendError(error) };
  }
}

async function listInto(
  disks: Disks,
  storage: SnapshotBackend,
  { clock, policy }: LoopContext,
  timeout: Milliseconds,
  onSnapshot: PlanLocationsOptions["onSnapshot"],
): Promise<LocationPlan["listed"]> {
  const { location } = disks.location;
  const labels = { [policy.authorLabelKey]: policy.authorLabel };
  const begunAt = clock.monotonic();
  using rows = await withinTime(`listing the snapshots of ${location}`, undefined, clock, timeout, (signal) =>
    readLocation(storage, { location, labels, clock, onSnapshot }, signal),
  );
  const list = disks.listed(begunAt, momentOf(clock));
  const listed = new Map<string, readonly ListedSnapshot[]>();
  for (const id of rows.disks.keys()) disks.get(id);
  for (const entry of disks) {
    const { id } = entry.state.disk;
    const snapshots = rows.disks.get(id)?.snapshots() ?? [];
    const unlabelled = rows.unlabelled.get(id) ?? 0;
    disks.apply(entry, { type: "disk.listed", list, before: undefined, snapshots, unlabelled });
    if (rows.disks.has(id)) listed.set(id, snapshots);
  }
  return listed;
}
