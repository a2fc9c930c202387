import type { DiskState } from "../state/disk-state.ts";
import type { Present } from "../state/present.ts";
import type { Milliseconds, Monotonic } from "../state/time.ts";
import type { Planning } from "./planning.ts";
import type { Deferral } from "./reason.ts";

/** Whether a limit leaves room for one more snapshot (safety rule 12). */
export type Fullness =
  | { readonly kind: "roomy" }
  /** The limit is known, and so is how many have to go. */
  | { readonly kind: "counted"; readonly over: number; readonly deferral: Deferral }
  /** The storage system said that a limit is used up: one that goes may be enough. */
  | { readonly kind: "reported" };

/** @param interval - that of the schedule that governs: what it frees counts for so long */
export function fullnessOf({ state, present }: Planning, interval: Milliseconds): Fullness {
  const limit = present.location.capabilities.maxSnapshotsPerDisk;
  const over = limit === undefined ? 0 : standing(state) + 1 - limit;
  if (over > 0) {
    const detail = `the disk has ${limit} snapshots, as many as it may have`;
    return { kind: "counted", over, deferral: { reason: "LimitReached", count: 0, detail } };
  }
  const left = present.namespaceLeft ?? 1;
  if (left <= 0) {
    const deferral: Deferral = { reason: "NamespaceLimit", count: 0, limit: present.policy.maxSnapshotsPerNamespace };
    return { kind: "counted", over: 1 - left, deferral };
  }
  const { full, room } = state;
  if (full === undefined) return { kind: "roomy" };
  const isTried = roomMadeWithin(state, present, interval) > 0 && (room?.deletedAt.at(-1) ?? 0) >= full.saidAt;
  if (isTried) return { kind: "roomy" };
  return { kind: "reported" };
}

/** How many deletions made room within the interval, for a creation that did not succeed yet. */
export function roomMadeWithin({ room }: DiskState, { moment }: Present, interval: Milliseconds): number {
  if (room === undefined || room.used) return 0;
  return room.deletedAt.filter((time) => time > moment.monotonic - interval).length;
}

/** When the first of the deletions that made room within the interval ceases to count; infinity: there is none. */
export function roomCountsUntil({ room }: DiskState, { moment }: Present, interval: Milliseconds): Monotonic {
  const first = room?.deletedAt.find((time) => time > moment.monotonic - interval);
  return first === undefined ? Number.POSITIVE_INFINITY : first + interval;
}

/** All snapshots of the disk, whosever they are, less those whose deletion was answered. */
function standing({ table, accepted, leaving, strangers, unlabelled }: DiskState): number {
  const gone = new Set(leaving.filter(({ answeredAt }) => answeredAt !== undefined).map(({ id }) => id));
  const listed = gone.size === 0 ? table.length : table.rows().filter(({ id }) => !gone.has(id)).length;
  return listed + accepted.length + strangersCount(strangers) + unlabelled;
}

/** How many of the disk's snapshots carry our label and are not ours. */
export function strangersCount({ otherClusters, copies, otherTools, unclaimed }: DiskState["strangers"]): number {
  return otherClusters + copies + otherTools + unclaimed;
}
