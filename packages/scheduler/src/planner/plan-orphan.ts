import { averageMilliseconds } from "@k8s-snapshots/retention";
import { deletionShare } from "../state/deletion-share.ts";
import { type DiskSnapshots, snapshotsOf } from "../state/disk-snapshots.ts";
import { type DiskState, deletionsUnderWay } from "../state/disk-state.ts";
import { type Present, realDate } from "../state/present.ts";
import { parseSchedule } from "../state/schedule-key.ts";
import type { SnapshotRow } from "../state/snapshot-table.ts";
import { clockTrouble } from "../state/storage-clock.ts";
import { HOUR, MINUTE, type Monotonic } from "../state/time.ts";
import { isUnresolved } from "../state/unresolved-rules.ts";
import { addKept } from "./add-kept.ts";
import type { DeletionAction, Plan } from "./disk-plan.ts";
import { findings } from "./findings.ts";
import { deletionOf, notCertain } from "./plan-deletions.ts";
import { backingOffOf, isDeletable, isListed, REPLAN_AFTER } from "./planning.ts";
import type { Deferral } from "./reason.ts";

const NEVER: Monotonic = Number.POSITIVE_INFINITY;

/**
 * Safety rule 8: a disk that has snapshots of ours and no rule. They stay, unless the newest one carries the policy
 * `expire`: then the schedule that it carries goes on, as if one were made now, so that what is left ages out of it, down
 * to the newest.
 */
export function planOrphan(state: DiskState, present: Present): Plan {
  const snapshots = snapshotsOf(state, present);
  const ours = snapshots.ready.filter(({ marks }) => marks.cluster === "ours");
  const { actions, deferrals, wakeAt } = expireOrphans(state, present, snapshots, ours);
  return {
    creation: undefined,
    deletions: actions,
    deferrals: [...deferrals, ...findings({ state, snapshots })],
    dueAt: undefined,
    wakeAt,
    listAt: NEVER,
    awaitsList: snapshots.confirmed.length < snapshots.ready.length,
    readiness: undefined,
  };
}

interface OrphanPlan {
  readonly actions: readonly DeletionAction[];
  readonly deferrals: readonly Deferral[];
  readonly wakeAt: Monotonic;
}

function expireOrphans(
  state: DiskState,
  present: Present,
  { ready, confirmed, failed, pending }: DiskSnapshots,
  ours: readonly SnapshotRow[],
): OrphanPlan {
  const stay = (deferral: Deferral, wakeAt = NEVER): OrphanPlan => ({ actions: [], deferrals: [deferral], wakeAt });
  const newest = ours.at(-1);
  if (newest === undefined || present.location.list === undefined) {
    return ready.length === 0
      ? { actions: [], deferrals: [], wakeAt: NEVER }
      : stay({ reason: "Retained", count: ready.length });
  }
  const schedule = newest.marks.schedule === undefined ? undefined : parseSchedule(newest.marks.schedule);
  const candidates = confirmed.filter(({ marks }) => marks.cluster === "ours");
  // What no list has shown yet may be gone: the newest that one shows has a say, too.
  const deciding = [
    newest,
    ...pending.filter(({ createdAt }) => createdAt >= newest.createdAt),
    ...candidates.slice(-1),
  ];
  const isRetained = deciding.some(({ marks }) => marks.policy !== "expire");
  if (isRetained || schedule === undefined) {
    return stay({ reason: state.ruleSaidExpire ? "PolicyNotRecorded" : "Retained", count: ready.length });
  }
  const { moment, policy, location } = present;
  const { monotonic } = moment;
  const unresolved = ours.find(({ marks }) => isUnresolved(marks.rule ?? "", location.unresolvedRules));
  if (unresolved !== undefined)
    return stay({ reason: "RuleUnresolved", count: 0, detail: unresolved.marks.rule ?? "" });

  const uncertain = notCertain(present);
  if (uncertain !== undefined) return stay(uncertain, monotonic + REPLAN_AFTER);
  const absentSince = Math.max(state.ruleAbsentSince ?? monotonic, location.unresolvedChangedAt ?? -NEVER);
  const certainAt = absentSince + policy.absenceBeforeExpiry;
  if (monotonic < certainAt) return stay({ reason: "AbsenceNotCertain", count: 0 }, certainAt);
  const now = realDate(present);
  if (now === undefined) return stay({ reason: "NoDate", count: 0 }, monotonic + REPLAN_AFTER);
  const trouble = clockTrouble(location.clock, moment, policy.clockTolerance);
  if (trouble !== undefined)
    return stay({ reason: trouble.reason, count: 0, limit: trouble.off }, monotonic + REPLAN_AFTER);
  if (state.listsToAgree > 0) return stay({ reason: "ListsDisagree", count: 0 }, monotonic + REPLAN_AFTER);

  const kept = new Set<string>();
  addKept(kept, schedule, [...candidates, { id: "", createdAt: Math.max(now, newest.createdAt + 1) }]);
  const backingOff = backingOffOf(state, present);
  const isFree = (row: SnapshotRow): boolean =>
    row !== newest && row !== candidates.at(-1) && isDeletable(row, { backingOff });
  const expired = [
    ...failed.filter((row) => row.marks.cluster === "ours" && isListed(row, state)),
    ...candidates.filter((row) => !kept.has(row.id)),
  ].filter(isFree);

  const window = Math.max(HOUR, averageMilliseconds(schedule.interval));
  const recent = state.orphanDeletions.filter((time) => time > monotonic - window);
  const underWay = deletionsUnderWay(state);
  const left = Math.max(0, deletionShare(ours.length, schedule, policy) - recent.length - underWay);
  const going = expired.slice(0, left);
  const deferrals: Deferral[] =
    expired.length > going.length ? [{ reason: "DeletionBudget", count: expired.length - going.length }] : [];
  return {
    actions: going.map((row) => deletionOf(row, row.state === "failed" ? "failed" : "orphaned", { present })),
    deferrals,
    wakeAt: monotonic + Math.max(MINUTE, Math.min(HOUR, averageMilliseconds(schedule.interval) / 4)),
  };
}
