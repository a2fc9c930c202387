import { snapshotsOf } from "../state/disk-snapshots.ts";
import type { DiskState } from "../state/disk-state.ts";
import { none } from "../state/none.ts";
import { dueDate, expiryDate, type Present } from "../state/present.ts";
import { scheduleLabel } from "../state/schedule-key.ts";
import type { Monotonic } from "../state/time.ts";
import { emptyPlan, type Plan, type Readiness } from "./disk-plan.ts";
import { findings } from "./findings.ts";
import { schedulesInForce } from "./in-force.ts";
import { planCreation } from "./plan-creation.ts";
import { planDeletions } from "./plan-deletions.ts";
import { planOrphan } from "./plan-orphan.ts";
import { planRoom } from "./plan-room.ts";
import { backingOffOf, type Planning } from "./planning.ts";
import { readinessOf } from "./readiness.ts";

/**
 * What to do for one disk now. Pure: the same state in the same present gives the same plan. Whatever is not done has its
 * reason in it.
 */
export function plan(state: DiskState, present: Present): Plan {
  const { rule } = state;
  if (rule === undefined) return planOrphan(state, present);
  if (rule.deltas === undefined) return { ...emptyPlan, deferrals: [{ reason: "RuleInvalid", count: 0 }] };
  if (scheduleLabel(rule.deltas) === undefined) {
    const detail = `${rule.deltas.durations.length} durations are too many for a label of a snapshot: write fewer`;
    return { ...emptyPlan, deferrals: [{ reason: "RuleInvalid", count: 0, detail }] };
  }
  const { rulesAge = 0, policy } = present;
  if (rulesAge > policy.rulesMaxAge) {
    return { ...emptyPlan, deferrals: [{ reason: "RulesTooOld", count: 0, limit: rulesAge }] };
  }
  if (present.location.isElsewhere) return { ...emptyPlan, deferrals: [{ reason: "NotOwned", count: 0 }] };
  if (present.location.list === undefined) return { ...emptyPlan, deferrals: [{ reason: "NotListed", count: 0 }] };

  const snapshots = snapshotsOf(state, present);
  const now = expiryDate(present, state) ?? Number.NEGATIVE_INFINITY;
  const inForce = schedulesInForce(rule, rule.deltas, state, snapshots, now, present);
  const backingOff = backingOffOf(state, present);
  const planning: Planning = { state, present, rule, deltas: rule.deltas, snapshots, inForce, now, backingOff };

  const deletion = planDeletions(planning);
  const room = planRoom(planning);
  const creation = planCreation(planning, room);
  const readiness = readinessOf(planning);
  const deferrals = [...creation.deferrals, ...deletion.deferrals, ...findings(planning)];
  return {
    creation: creation.action,
    deletions: [...creation.room, ...deletion.actions.filter(({ id }) => !creation.room.some((one) => one.id === id))],
    deferrals: deferrals.length === 0 ? none : deferrals,
    dueAt: creation.dueAt,
    wakeAt: Math.min(creation.wakeAt, deletion.wakeAt, lateIn(readiness, planning)),
    listAt: creation.listAt,
    awaitsList: snapshots.confirmed.length < snapshots.ready.length || creation.listAt !== Number.POSITIVE_INFINITY,
    readiness,
  };
}

/** When the newest ready one gets too old; infinity: it is already, or there is none. */
function lateIn({ ready, lateAt }: Readiness, { state, present }: Planning): Monotonic {
  if (!ready || lateAt === undefined) return Number.POSITIVE_INFINITY;
  return present.moment.monotonic + (lateAt - dueDate(present, state));
}
