import { CLUSTER_LABEL, type SnapshotState } from "@k8s-snapshots/backend-api";
import { describeExpireReason, type KeepReason } from "@k8s-snapshots/retention";
import {
  type Deferral,
  type DiskInspection,
  describeDeferral,
  type Foresight,
  foresee,
  type ListedSnapshot,
  type LocationPlan,
} from "@k8s-snapshots/scheduler";
import { isPlanned } from "../cluster-plan/read-cluster-plan.ts";

/**
 * What becomes of a snapshot:
 * - `kept`: it is taken over, and the deltas want it.
 * - `goes`: it is taken over, and the deltas do not want it.
 * - `stays`: it is taken over, and stays whatever the deltas say, or is not ready.
 * - `left-alone`: it is not taken over, and nothing here deletes it.
 */
export type Fate = "kept" | "goes" | "stays" | "left-alone";

/** One snapshot, and what becomes of it. Times in milliseconds since 1970. */
export interface SnapshotMigration {
  readonly id: string;
  readonly createdAt: number;
  readonly state: SnapshotState;
  readonly fate: Fate;

  /** What the deltas want it for; empty: nothing. */
  readonly keptFor: readonly KeepReason[];

  /** When it is deleted, as far as was looked ahead. */
  readonly goesAt: number | undefined;

  /** In words, where that is not {@link keptFor}. */
  readonly why: string | undefined;
}

/** The snapshots of one disk. */
export interface DiskMigration {
  readonly backend: string;
  readonly location: string;
  readonly disk: string;

  /** `undefined`: nothing asks for snapshots of it. */
  readonly rule: string | undefined;
  readonly deltas: string | undefined;

  /** Newest first. */
  readonly snapshots: readonly SnapshotMigration[];

  /** How many others there are of the disk, without the author's label: they are neither counted nor deleted. */
  readonly unlabelled: number;

  /** Whether one is due: the daemon begins with it. */
  readonly isDue: boolean;

  /** When the next one is taken; `undefined`: not by itself. */
  readonly nextAt: number | undefined;

  /** What the scheduler's core did when it was run ahead; `undefined`: there are no deltas, or it could not be. */
  readonly foresight: Foresight | undefined;

  /** What is not done, and why. */
  readonly deferrals: readonly Deferral[];

  /** Why the disk could not be looked at. */
  readonly error: string | undefined;
}

/** What becomes of the snapshots of one disk: the core itself, run ahead until nothing waits any more. */
export function migrateDisk(inspection: DiskInspection, location: LocationPlan, cluster: string): DiskMigration {
  const { backend, disk, rule, plan, state, present } = inspection;
  const listed = location.listed.get(disk.id) ?? [];
  const about = { backend, location: disk.location, disk: disk.id, rule: rule?.id, deltas: rule?.deltas?.text };
  const failed = plan.deferrals.find(({ reason }) => reason === "PlanFailed");
  let foresight: Foresight | undefined;
  let error = failed && describeDeferral(failed);
  if (rule?.deltas !== undefined && isPlanned(plan)) {
    try {
      foresight = foresee({ state, present, listed }, { ...rule, deltas: rule.deltas });
    } catch (thrown) {
      // Safety rule 9: one disk's trouble is its own.
      error = `cannot plan the disk: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    }
  }
  return {
    ...about,
    snapshots: fatesOf(inspection, listed, foresight, cluster),
    unlabelled: state.unlabelled,
    isDue: plan.creation !== undefined,
    nextAt: plan.creation === undefined ? plan.dueAt : present.moment.wall,
    foresight,
    deferrals: plan.deferrals,
    error,
  };
}

function fatesOf(
  { state, rule }: DiskInspection,
  listed: readonly ListedSnapshot[],
  foresight: Foresight | undefined,
  cluster: string,
): readonly SnapshotMigration[] {
  const foreseen = new Map(foresight?.snapshots.map((snapshot) => [snapshot.row.id, snapshot]));
  const rows = state.table.rows();
  const ours = new Set(rows.map(({ id }) => id));
  const taken = rows.map((row): SnapshotMigration => {
    const { id, createdAt, state: now } = row;
    const common = { id, createdAt, state: now, keptFor: [], goesAt: undefined };
    if (rule === undefined)
      return { ...common, fate: "stays", why: "nothing asks for snapshots of the disk: it stays" };
    const one = foreseen.get(id);
    if (row.marks.hold) return { ...common, fate: "stays", why: "it carries the label k8s-snapshots/hold" };
    if (one === undefined) return { ...common, fate: "stays", why: whyNotForeseen(now, foresight) };
    const { after, goesAt } = one;
    return after.expired === undefined
      ? { ...common, fate: "kept", keptFor: after.kept, goesAt, why: undefined }
      : { ...common, fate: "goes", goesAt, why: describeExpireReason(after.expired, (by) => by.id) };
  });
  const others = listed.filter(({ id }) => !ours.has(id)).map((snapshot) => leftAlone(snapshot, cluster));
  return [...taken, ...others].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}

function whyNotForeseen(state: SnapshotState, foresight: Foresight | undefined): string {
  if (state === "failed") return "it failed: it is cleaned up once a later one is ready";
  if (state !== "ready") return `it is ${state}: the daemon waits for it, and does not delete it while it is`;
  return foresight === undefined
    ? "nothing is deleted until the deltas can be read"
    : "it is dated in the future: it is kept, and counts for nothing";
}

function leftAlone({ id, createdAt, state, labels }: ListedSnapshot, cluster: string): SnapshotMigration {
  const owner = labels[CLUSTER_LABEL];
  const why =
    owner !== undefined && owner !== cluster
      ? `it is of the cluster ${owner}`
      : owner === undefined
        ? "no cluster's mark is on it, and another cluster or another tool has some of this disk"
        : "it is a copy of one of ours";
  return { id, createdAt, state, fate: "left-alone", keptFor: [], goesAt: undefined, why };
}
