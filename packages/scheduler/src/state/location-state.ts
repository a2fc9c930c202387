import type { BackendCapabilities } from "@k8s-snapshots/backend-api";
import type { Identity } from "./claim-snapshots.ts";
import { type StorageClock, storageDate, watchWall } from "./storage-clock.ts";
import { type Instant, MINUTE, type Milliseconds, type Moment, type Monotonic } from "./time.ts";

/** A whole list of a location: when it was begun and ended. */
export interface WholeList {
  readonly begunAt: Monotonic;

  /** By the storage system's clock, by the time that its list ended; `undefined` where it gives no dates. */
  readonly begunDate: Instant | undefined;

  readonly endedAt: Monotonic;
}

/** What the disks of one location share. Immutable. */
export interface LocationState {
  readonly backend: string;
  readonly location: string;
  readonly capabilities: BackendCapabilities;
  readonly identity: Identity;
  readonly clock: StorageClock;

  /** The newest whole list; `undefined`: none yet, so nothing is known (rule 6). */
  readonly list?: WholeList;

  /** The first one of this process, or since it owns the location. */
  readonly firstList?: WholeList;

  /** Names of rules whose disk is not known now: what was made for them is not treated as an orphan's. */
  readonly unresolvedRules: ReadonlySet<string>;

  /** When they changed last: the absence of a rule is certain only an hour after that. */
  readonly unresolvedChangedAt?: Monotonic;

  /** Another process serves the location, or nobody does yet. */
  readonly isElsewhere?: true;

  /**
   * Since when it is not certain any more that the location is ours: the Lease could not be renewed, and another replica
   * may serve it by now. `undefined`: it is certain.
   */
  readonly lapsedAt?: Monotonic;
}

/** What holds where a backend does not say how far its lists lag. */
export const DEFAULT_LIST_LAG: Milliseconds = 10 * MINUTE;

/** How far lists lag behind what was written. */
export function listLag({ capabilities }: LocationState): Milliseconds {
  return capabilities.listLagMs ?? DEFAULT_LIST_LAG;
}

/** It is known of other rules now that their disks are not known. */
export function rulesUnresolved(location: LocationState, rules: ReadonlySet<string>, now: Monotonic): LocationState {
  return { ...location, unresolvedRules: rules, unresolvedChangedAt: now };
}

/** It is not certain any more that the location is ours. */
export function ownershipLapsed(location: LocationState, now: Monotonic): LocationState {
  return { ...location, lapsedAt: now };
}

/** A whole list ended. */
export function locationListed(
  location: LocationState,
  begunAt: Monotonic,
  ended: Moment,
  tolerance: Milliseconds,
): LocationState {
  const clock = watchWall(location.clock, ended, tolerance);
  const endedDate = storageDate(clock, ended);
  const begunDate = endedDate === undefined ? undefined : endedDate - (ended.monotonic - begunAt);
  const list: WholeList = { begunAt, begunDate, endedAt: ended.monotonic };
  return { ...location, clock, list, firstList: location.firstList ?? list };
}
