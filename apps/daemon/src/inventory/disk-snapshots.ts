import { HOLD_LABEL, type Snapshot, type SnapshotState } from "@k8s-snapshots/backend-api";
import { describeExpireReason, describeKeepReason, type KeepReason } from "@k8s-snapshots/retention";
import { type DiskInspection, describeDeferral, explainRetention, type Rule, reasons } from "@k8s-snapshots/scheduler";
import { type SnapshotRow, snapshotsOf } from "@k8s-snapshots/scheduler/planner";
import { isPlanned } from "../cluster-plan/read-cluster-plan.ts";
import type { ClusterReading } from "../cluster-reading/read-cluster.ts";
import { describeDeletion } from "../observability/describe-deletion.ts";
import { whenTheyGo } from "./when-they-go.ts";

/** A snapshot of ours, and what becomes of it. Times in milliseconds since 1970. */
export interface InventorySnapshot {
  readonly id: string;
  readonly backend: string;
  readonly location: string;
  readonly disk: string;

  /** As the storage system has it. */
  readonly name?: string;
  readonly sizeBytes?: number;

  readonly createdAt: number;
  readonly state: SnapshotState;

  /** What the label {@link HOLD_LABEL} says, of one that is held. */
  readonly hold?: string;

  /** What the schedule keeps it for; empty: nothing, or it is not ready. */
  readonly keptFor: readonly KeepReason[];
  readonly goes: Going;
}

/**
 * When a snapshot goes.
 *
 * - `now`: the daemon would delete it now.
 * - `waits`: the schedule does not keep it, and something else does for now.
 * - `later`: the schedule keeps it until `at`; without `at`, for longer than is looked ahead.
 * - `stays`: nothing deletes it.
 */
export interface Going {
  readonly when: "now" | "waits" | "later" | "stays";
  readonly at?: number;

  /** In words. */
  readonly why: string;
}

/** Snapshots of one disk, the newest first. */
export interface DiskInventory {
  readonly inspection: DiskInspection;
  readonly snapshots: readonly InventorySnapshot[];
}

/**
 * The snapshots of one disk that are ours, the newest first.
 *
 * @param most - how many of those that the schedule lets go later are dated. Default: all
 */
export function inventoryOf(
  inspection: DiskInspection,
  reading: Pick<ClusterReading, "snapshot">,
  most?: number,
): DiskInventory {
  const { backend, disk, state } = inspection;
  const verdicts = verdictsOf(inspection, most);
  const snapshots = state.table.rows().map((row): InventorySnapshot => {
    const stored = reading.snapshot(backend, disk.location, row.id);
    const hold = heldBy(stored);
    return {
      id: row.id,
      backend,
      location: disk.location,
      disk: disk.id,
      ...(stored?.name !== undefined && { name: stored.name }),
      ...(stored?.sizeBytes !== undefined && { sizeBytes: stored.sizeBytes }),
      createdAt: row.createdAt,
      state: row.state,
      ...(hold !== undefined && { hold }),
      ...verdicts(row),
    };
  });
  return { inspection, snapshots: snapshots.reverse() };
}

/** Whose snapshots nobody may delete is said by the label, whatever its value but `false`. */
export function heldBy(snapshot: Pick<Snapshot, "labels"> | undefined): string | undefined {
  const value = snapshot?.labels[HOLD_LABEL];
  return value === "false" ? undefined : value;
}

type Verdict = Pick<InventorySnapshot, "keptFor" | "goes">;

function verdictsOf(inspection: DiskInspection, most: number | undefined): (row: SnapshotRow) => Verdict {
  const { state, present, plan, rule } = inspection;
  const { ready } = snapshotsOf(state, present);
  // What keeps a disk from being planned may keep it from being explained.
  const decision = isPlanned(plan) ? explainRetention(state, present) : undefined;
  const kept = new Map(decision?.kept.map(({ snapshot, reasons }) => [snapshot.id, reasons]));
  const expired = new Map(decision?.expired.map(({ snapshot, reason }) => [snapshot.id, reason]));
  const going = new Map(plan.deletions.map((deletion) => [deletion.id, deletion]));
  const held = new Set(ready.filter(({ marks }) => marks.hold).map(({ id }) => id));
  const goesAt = laterOf(
    rule,
    plan.dueAt,
    present.moment.wall,
    ready.filter(({ id }) => kept.has(id) || held.has(id)),
    held,
    most,
  );
  const waiting = plan.deferrals.find(({ reason }) => ["deletion", "both"].includes(reasons[reason].defers));

  return (row) => {
    const keptFor = kept.get(row.id) ?? [];
    const deletion = going.get(row.id);
    const why = expired.get(row.id);
    if (deletion !== undefined) {
      return { keptFor, goes: { when: "now", why: describeDeletion({ reason: deletion.reason, why }) } };
    }
    if (row.marks.hold) return { keptFor, goes: { when: "stays", why: `held by the label ${HOLD_LABEL}` } };
    if (rule === undefined && waiting !== undefined) {
      return { keptFor, goes: { when: "stays", why: describeDeferral(waiting) } };
    }
    if (why !== undefined) {
      const words = describeExpireReason(why, (by) => by.id);
      const until = waiting?.until;
      return {
        keptFor,
        goes: {
          when: "waits",
          ...(until !== undefined && Number.isFinite(until) && { at: until }),
          why: waiting === undefined ? words : `${words}; ${describeDeferral(waiting)}`,
        },
      };
    }
    if (keptFor.length > 0) {
      const at = goesAt.get(row.id);
      return {
        keptFor,
        goes: { when: "later", ...(at !== undefined && { at }), why: keptFor.map(describeKeepReason).join("; ") },
      };
    }
    return { keptFor, goes: { when: "stays", why: stateWords[row.state] } };
  };
}

const stateWords = {
  pending: "it is being made",
  ready: "it counts for nothing, and is kept",
  failed: "it failed: it is cleaned up once a later one is ready",
  deleting: "it is being deleted",
  unknown: "it is in a state that this release does not know, and is kept",
} as const satisfies Record<SnapshotState, string>;

function laterOf(
  rule: Rule | undefined,
  dueAt: number | undefined,
  now: number,
  ready: readonly SnapshotRow[],
  held: ReadonlySet<string>,
  most: number | undefined,
): ReadonlyMap<string, number> {
  if (rule?.deltas === undefined || ready.length === 0) return new Map();
  return whenTheyGo(rule.deltas, ready, Math.max(now, dueAt ?? now), held, most);
}
