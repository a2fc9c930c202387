import {
  averageMilliseconds,
  type Deltas,
  decideRetention,
  type ExpireReason,
  type KeepReason,
} from "@k8s-snapshots/retention";
import { type DiskInspection, explainRetention } from "@k8s-snapshots/scheduler";
import { type SnapshotRow, snapshotsOf } from "@k8s-snapshots/scheduler/planner";
import type { MarkState, SlotClass } from "@k8s-snapshots/status-page/api";
import { isPlanned } from "../cluster-plan/read-cluster-plan.ts";
import { slotOf } from "./slot-class.ts";

/** A disk as the page shows it. Times in milliseconds since 1970. */
export interface ViewedDisk {
  readonly deltas: Deltas;

  /** In milliseconds. */
  readonly interval: number;

  /** The newest first. */
  readonly snapshots: readonly ViewedSnapshot[];

  /** The dates of those that are good, oldest first. */
  readonly good: readonly number[];

  /** Since when the schedule is in force, as far as snapshots say so. */
  readonly since: number | undefined;

  /** When the next one is due; `undefined`: that is not known. */
  readonly dueAt: number | undefined;
}

/** One of its snapshots. */
export interface ViewedSnapshot {
  readonly row: SnapshotRow;
  readonly state: MarkState;
  readonly slot: SlotClass;
  readonly keptFor: readonly KeepReason[];

  /** Why the schedule does not keep it. */
  readonly notKept: ExpireReason<SnapshotRow> | undefined;

  /** `now`: the daemon deletes it. `waits`: the schedule does not keep it. `next`: nor will it once there is the next. */
  readonly goes: "now" | "waits" | "next" | undefined;
}

/** What the page shows of a disk; `undefined` where it has no schedule that can be read. */
export function viewDisk(inspection: DiskInspection): ViewedDisk | undefined {
  const { state, present, plan, rule } = inspection;
  const deltas = rule?.deltas;
  if (deltas === undefined) return undefined;
  const interval = averageMilliseconds(deltas.interval);
  const { ready, pending, failed } = snapshotsOf(state, present);
  // What keeps a disk from being planned may keep it from being explained.
  const decision = isPlanned(plan) ? explainRetention(state, present) : undefined;
  const keptFor = new Map(decision?.kept.map(({ snapshot, reasons }) => [snapshot.id, reasons]));
  const notKept = new Map(decision?.expired.map(({ snapshot, reason }) => [snapshot.id, reason]));
  const going = new Set(plan.deletions.map(({ id }) => id));
  const next =
    decision === undefined ? new Set<string>() : goingWithTheNext(deltas, ready, interval, present.moment.wall);
  const goes = ({ id, marks }: SnapshotRow): ViewedSnapshot["goes"] => {
    if (going.has(id)) return "now";
    if (marks.hold === true) return undefined;
    if (notKept.has(id)) return "waits";
    return next.has(id) ? "next" : undefined;
  };
  const stuck = plan.deferrals.find(({ reason }) => reason === "Stuck")?.count ?? 0;
  const view = (row: SnapshotRow, shown: MarkState): ViewedSnapshot => {
    const reasons = keptFor.get(row.id) ?? [];
    return {
      row,
      state: shown,
      slot: slotOf(reasons, deltas),
      keptFor: reasons,
      notKept: notKept.get(row.id),
      goes: goes(row),
    };
  };
  const snapshots = [
    ...ready.map((row) => view(row, "ready")),
    // The daemon has stopped waiting for the oldest ones.
    ...pending.map((row, index) =>
      view(row, index < stuck ? "stuck" : row.state === "unknown" ? "unknown" : "pending"),
    ),
    ...failed.map((row) => view(row, "failed")),
  ].sort((a, b) => b.row.createdAt - a.row.createdAt || (a.row.id < b.row.id ? 1 : -1));
  const since = ready.at(-1)?.marks.since ?? ready[0]?.createdAt;
  return { deltas, interval, snapshots, good: ready.map(({ createdAt }) => createdAt), since, dueAt: plan.dueAt };
}

const NEXT = "";

/** Which of them no slot wants any more once the next one is there. */
function goingWithTheNext(
  deltas: Deltas,
  ready: readonly SnapshotRow[],
  interval: number,
  now: number,
): ReadonlySet<string> {
  const newest = ready.at(-1);
  if (newest === undefined) return new Set();
  const next = { id: NEXT, createdAt: Math.max(newest.createdAt + interval, now) };
  const rows: readonly Pick<SnapshotRow, "id" | "createdAt">[] = [...ready, next];
  const { expired } = decideRetention(deltas, rows, ({ id, createdAt }) => ({ id, createdAt: new Date(createdAt) }));
  return new Set(expired.map(({ snapshot }) => snapshot.id));
}
