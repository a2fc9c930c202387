import type { Readiness } from "../planner/disk-plan.ts";
import type { Deferral } from "../planner/reason.ts";
import type { DiskState } from "../state/disk-state.ts";
import type { Instant, Monotonic } from "../state/time.ts";
import type { SnapshotSizes } from "./snapshot-sizes.ts";

/** A disk as the loop keeps it: its state, and what it has under way for it. */
export interface DiskEntry {
  state: DiskState;

  /** What the last list had of it; see `DiskRows.fingerprint`. */
  fingerprint: number;

  /** How large its snapshots were in the last list that said so. */
  sizes: SnapshotSizes | undefined;

  /** A creation waits for its turn or its answer. */
  isCreating: boolean;

  /** Deletions that wait for their turn or their answer. */
  deleting: Set<string> | undefined;
  deleted: number;
  failed: number;

  /** The newest snapshot was read by itself, for a deletion that relies on it. */
  read?: { readonly id: string; readonly at: Monotonic };

  /** Of the last plan: so that what did not change is not emitted again. */
  deferrals: readonly Deferral[];
  dueAt: Instant | undefined;
  awaitsList: boolean;
  readiness: Readiness | undefined;
}

const none: readonly Deferral[] = [];

export function newDiskEntry(state: DiskState): DiskEntry {
  return {
    state,
    fingerprint: 0,
    sizes: undefined,
    isCreating: false,
    deleting: undefined,
    deleted: 0,
    failed: 0,
    deferrals: none,
    dueAt: undefined,
    awaitsList: false,
    readiness: undefined,
  };
}

/** Whether a list that shows the same as the one before changes nothing for it. */
export function isQuiet({ state, awaitsList }: DiskEntry): boolean {
  return (
    !awaitsList &&
    state.accepted.length === 0 &&
    state.leaving.length === 0 &&
    state.creation === undefined &&
    state.listsToAgree === 0
  );
}

/** How many of the disk's snapshots are being made, as far as the storage system counts them. */
export function pendingCount({ table, accepted }: DiskState): number {
  let count = 0;
  for (const letter of table.states) if (letter === "p" || letter === "P") count++;
  for (const { row } of accepted) if (row.state === "pending") count++;
  return count;
}

/** How many snapshots of ours the disk has. */
export function snapshotCount({ table, accepted }: DiskState): number {
  return table.length + accepted.length;
}
