import type { Snapshot, SnapshotState } from "@k8s-snapshots/backend-api";
import { parseDeltas } from "@k8s-snapshots/retention";
import type { DiskView, Rule } from "../../src/index.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The present of the planner's tests. */
export const NOW: number = Date.UTC(2026, 5, 15, 12);

export const disk = { location: "home", id: "disk-1" };

export function ruleOf(text: string, differences: Partial<Rule> = {}): Rule {
  return {
    id: "PersistentVolume/data",
    name: "pv-data",
    backend: "memory",
    disk,
    deltas: parseDeltas(text),
    deletionPolicy: "retain",
    ignoreDeletionBudget: false,
    deletionsSuspended: undefined,
    ...differences,
  };
}

/** A snapshot of that age in milliseconds, at {@link NOW}; its id says the age in hours. */
export function aged(age: number, state: SnapshotState = "ready", labels: Snapshot["labels"] = {}): Snapshot {
  return {
    id: `${age / HOUR}h`,
    location: disk.location,
    diskId: disk.id,
    createdAt: new Date(NOW - age),
    state,
    labels,
  };
}

/** One snapshot an hour, from `newest` to `oldest` hours old. */
export function hourly(newest: number, oldest: number): Snapshot[] {
  return Array.from({ length: oldest - newest + 1 }, (_, index) => aged((newest + index) * HOUR));
}

/** A disk that was listed just now, with an allowance for as many deletions as anyone may want. */
export function viewOf(differences: Partial<DiskView> = {}): DiskView {
  return {
    disk,
    rule: ruleOf("PT1H PT4H"),
    suspended: undefined,
    capabilities: { restore: false },
    snapshots: [],
    listedAt: NOW,
    changedAt: undefined,
    lastCreationAt: undefined,
    creating: false,
    unsettled: undefined,
    failedSnapshots: 0,
    retryAt: 0,
    deleteAfter: 0,
    appearances: [],
    allowance: 1_000,
    ...differences,
  };
}
