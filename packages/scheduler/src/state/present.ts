import type { Policy } from "../policy.ts";
import type { DiskState } from "./disk-state.ts";
import type { LocationState } from "./location-state.ts";
import { storageDate } from "./storage-clock.ts";
import type { Instant, Milliseconds, Moment } from "./time.ts";

/** The moment at which something is decided, or becomes known, and what all disks of the location share then. */
export interface Present {
  readonly moment: Moment;
  readonly location: LocationState;
  readonly policy: Policy;

  /** How many more snapshots the namespace of the disk's rule may have (rule 14); `undefined`: as many as it likes. */
  readonly namespaceLeft?: number;

  /** How long ago the rules were last confirmed (rule 2); `undefined`: just now. */
  readonly rulesAge?: Milliseconds;
}

/** The shortest interval allowed, whatever a schedule asks for (rule 14). */
export function shortestInterval({ policy, location }: Pick<Present, "policy" | "location">): Milliseconds {
  return Math.max(policy.minInterval, location.capabilities.minIntervalMs ?? 0);
}

/** The date by the storage system's clock; `undefined` as long as it gave none. */
export function realDate({ location, moment }: Present): Instant | undefined {
  return storageDate(location.clock, moment);
}

/** What is dated after this is in the future, and counts for nothing (rule 1). */
export function latestDate(present: Present): Instant {
  return (realDate(present) ?? present.moment.wall) + present.policy.clockTolerance;
}

/**
 * The date by which snapshots expire: never later than it really is (rule 15). Without the storage system's, the newest
 * snapshot's and what has passed since it was first seen.
 */
export function expiryDate(present: Present, state: DiskState): Instant | undefined {
  const real = realDate(present);
  if (real !== undefined) return real;
  if (state.newestDate === undefined || state.newestSeenAt === undefined) return undefined;
  if (state.newestDate > latestDate(present)) return undefined;
  return state.newestDate + (present.moment.monotonic - state.newestSeenAt);
}

/** The date by which snapshots are due: never earlier than it really is, unless the wall clock is behind (rule 15). */
export function dueDate(present: Present, state: DiskState): Instant {
  return realDate(present) ?? Math.max(expiryDate(present, state) ?? Number.NEGATIVE_INFINITY, present.moment.wall);
}
