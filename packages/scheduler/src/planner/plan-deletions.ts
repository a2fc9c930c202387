import { deletionShare } from "../state/deletion-share.ts";
import type { DiskState } from "../state/disk-state.ts";
import type { Present } from "../state/present.ts";
import { scheduleKey } from "../state/schedule-key.ts";
import { byAge, type SnapshotRow } from "../state/snapshot-table.ts";
import { clockTrouble } from "../state/storage-clock.ts";
import { HOUR, MINUTE, type Monotonic } from "../state/time.ts";
import { addKept } from "./add-kept.ts";
import { deletionBudget } from "./deletion-budget.ts";
import type { DeletionAction } from "./disk-plan.ts";
import { keptByAny, MOST_IN_FORCE } from "./in-force.ts";
import { isDeletable, isListed, type Planning, REPLAN_AFTER } from "./planning.ts";
import type { Deferral } from "./reason.ts";
import { witnessesOf } from "./witnesses.ts";

/** Which snapshots go, and what keeps the others that have expired. */
export interface DeletionPlan {
  readonly actions: readonly DeletionAction[];
  readonly deferrals: readonly Deferral[];
  readonly wakeAt: Monotonic;
}

/** A list that began longer ago is not enough: the snapshot is read by itself before it goes (rule 2). */
const LIST_IS_OLD = 10 * MINUTE;

const none: ReadonlySet<SnapshotRow> = new Set();

/** What no schedule in force keeps goes, as far as each safety rule lets it. */
export function planDeletions(planning: Planning): DeletionPlan {
  const blocker = deletionBlocker(planning);
  if (blocker !== undefined) return { actions: [], deferrals: [blocker], wakeAt: wakeOfBlocker(blocker, planning) };
  const cleanup = failedOnes(planning).map((row) => deletionOf(row, "failed", planning));
  const { state, present, snapshots, inForce } = planning;
  const { confirmed, ready } = snapshots;
  const newest = confirmed.at(-1);
  if (newest === undefined) {
    const deferrals: Deferral[] = ready.length > 0 ? [{ reason: "NothingConfirmed", count: ready.length }] : [];
    return { actions: cleanup, deferrals, wakeAt: Number.POSITIVE_INFINITY };
  }
  const kept = keptByAny(inForce, confirmed);
  const needed = neededBesides(kept, planning);
  const expired = confirmed.filter((row) => !needed.has(row.id) && row !== newest && row !== ready.at(-1));
  const candidates = inOrder(expired, state).filter((row) => isDeletable(row, planning));
  const { allowed, deferrals } = withinBudgets(candidates, planning);
  const grace = graceDeferral(planning, kept);
  const all = [...deferrals, ...grace, ...undeletableDeferral(expired, planning)];
  return {
    actions: [...cleanup, ...allowed.map((row) => deletionOf(row, "expired", planning))],
    deferrals: all,
    wakeAt: all.length === 0 ? Number.POSITIVE_INFINITY : present.moment.monotonic + wakeAfter(all, planning),
  };
}

/** What is kept, and what would be if those stay whose deletion is under way: a refusal must not have cost another one. */
function neededBesides(kept: ReadonlySet<string>, { inForce, snapshots }: Planning): ReadonlySet<string> {
  const { confirmed, undecided } = snapshots;
  if (undecided.length === 0) return kept;
  return new Set([...kept, ...keptByAny(inForce, [...confirmed, ...undecided].sort(byAge))]);
}

/** Why nothing at all is deleted (rules 2, 4d, 5, 15). */
export function deletionBlocker({ rule, state, present, inForce }: Planning): Deferral | undefined {
  const uncertain = notCertain(present);
  if (uncertain !== undefined) return uncertain;
  if (rule.deletionsSuspended !== undefined) {
    return { reason: "DeletionsSuspended", count: 0, detail: rule.deletionsSuspended };
  }
  const { location, moment, policy } = present;
  const trouble = clockTrouble(location.clock, moment, policy.clockTolerance);
  if (trouble !== undefined) return { reason: trouble.reason, count: 0, limit: trouble.off };
  if (state.listsToAgree > 0) return { reason: "ListsDisagree", count: 0 };
  const schedules = 1 + inForce.others.length + (inForce.none ? 1 : 0);
  if (schedules > MOST_IN_FORCE) return { reason: "TooManySchedules", count: schedules };
  return undefined;
}

/**
 * Whether this process knows well enough what Kubernetes says for anything to be deleted, by a rule or for the lack of one:
 * that the location is ours, and that the rules were confirmed lately (rule 2).
 */
export function notCertain({ location, rulesAge = 0, policy }: Present): Deferral | undefined {
  if (location.lapsedAt !== undefined) return { reason: "OwnershipLapsed", count: 0 };
  if (rulesAge <= policy.rulesMaxAgeForDeletions) return undefined;
  return { reason: "RulesNotConfirmed", count: 0, limit: rulesAge };
}

function wakeOfBlocker({ reason }: Deferral, { present }: Planning): Monotonic {
  return reason === "DeletionsSuspended" ? Number.POSITIVE_INFINITY : present.moment.monotonic + REPLAN_AFTER;
}

/** Failed ones go as soon as a list shows them; the newest stays for its message until a later one is ready (rule 1). */
function failedOnes(planning: Planning): SnapshotRow[] {
  const { failed, ready } = planning.snapshots;
  const newest = failed.at(-1);
  const isOver = newest !== undefined && ready.some(({ createdAt }) => createdAt > newest.createdAt);
  return failed.filter(
    (row) => (row !== newest || isOver) && isListed(row, planning.state) && isDeletable(row, planning),
  );
}

/** Doubles first, then those that were never refused, then the oldest. */
function inOrder(expired: readonly SnapshotRow[], { refusals }: DiskState): readonly SnapshotRow[] {
  if (refusals.length === 0 && !expired.some(({ marks }) => marks.double)) return expired;
  const refused = new Map(refusals.map(({ id, count }) => [id, count]));
  const rank = ({ id, marks }: SnapshotRow): number => (marks.double ? -1 : (refused.get(id) ?? 0));
  return expired.toSorted((a, b) => rank(a) - rank(b));
}

/** Rule 4, and rule 7's limit on tries. */
function withinBudgets(
  candidates: readonly SnapshotRow[],
  planning: Planning,
): { readonly allowed: readonly SnapshotRow[]; readonly deferrals: readonly Deferral[] } {
  if (candidates.length === 0) return { allowed: [], deferrals: [] };
  const budget = deletionBudget(planning);
  if (budget.blocked !== undefined) return { allowed: [], deferrals: [budget.blocked] };
  const schedule = scheduleKey(planning.deltas);
  const witnesses = budget.others === Number.POSITIVE_INFINITY ? none : witnessesOf(candidates, planning);
  const tries = triesLeft(planning);
  let { all, others } = budget;
  let ofOthers = 0;
  let ofAll = 0;
  const allowed: SnapshotRow[] = [];
  for (const row of candidates) {
    if (witnesses.has(row)) continue;
    const isOther = row.marks.schedule !== schedule;
    const isFree = isOther && others === Number.POSITIVE_INFINITY;
    if (!isFree && all <= 0) ofAll++;
    else if (isOther && others <= 0) ofOthers++;
    else if (tries.take(row.id)) {
      allowed.push(row);
      if (isOther) others--;
      if (!isFree) all--;
    } else ofAll++;
  }
  const deferrals: Deferral[] = [];
  if (ofAll > 0) deferrals.push({ reason: "DeletionBudget", count: ofAll });
  if (ofOthers > 0) deferrals.push({ reason: "OtherScheduleBudget", count: ofOthers });
  return { allowed, deferrals };
}

/** After b first refusals for one newest snapshot the rest waits for the next; of those refused, b an hour are tried again. */
function triesLeft({ state, present, snapshots, deltas }: Planning): { take(id: string): boolean } {
  const share = deletionShare(snapshots.ready.length, deltas, present.policy);
  const round = state.refusalRound;
  const isSameRound = round !== undefined && round.newestId === snapshots.confirmed.at(-1)?.id;
  const recent = round?.triedAgainAt.filter((time) => time > present.moment.monotonic - HOUR).length ?? 0;
  const mayBeginNew = !isSameRound || round.first < share;
  let again = Math.max(0, share - recent);
  const refused = new Set(state.refusals.filter(({ undeletable }) => undeletable).map(({ id }) => id));
  return {
    take: (id) => {
      if (!refused.has(id)) return mayBeginNew;
      again--;
      return again >= 0;
    },
  };
}

/** How many go once the grace is over, and when (rule 5). */
function graceDeferral({ inForce, deltas, snapshots }: Planning, kept: ReadonlySet<string>): readonly Deferral[] {
  if (inForce.others.length === 0 && !inForce.none) return [];
  const bare = new Set<string>();
  addKept(bare, deltas, snapshots.confirmed);
  const count = snapshots.confirmed.filter(({ id, marks }) => kept.has(id) && !bare.has(id) && !marks.hold).length;
  if (count === 0) return [];
  return [{ reason: "Grace", count, ...(inForce.until !== undefined && { until: inForce.until }) }];
}

function undeletableDeferral(
  expired: readonly SnapshotRow[],
  { state, present, now, backingOff }: Planning,
): readonly Deferral[] {
  if (backingOff.size === 0) return [];
  const waiting = new Set(expired.filter(({ id }) => backingOff.has(id)).map(({ id }) => id));
  const refusals = state.refusals.filter(({ id }) => waiting.has(id));
  const first = refusals[0];
  if (first === undefined) return [];
  const retryAt = refusals.reduce((soonest, refusal) => Math.min(soonest, refusal.retryAt), first.retryAt);
  const until = now + (retryAt - present.moment.monotonic);
  return [{ reason: "Undeletable", count: refusals.length, detail: first.message, until }];
}

function wakeAfter(deferrals: readonly Deferral[], { now }: Planning): number {
  const until = Math.min(...deferrals.map(({ until = Number.POSITIVE_INFINITY }) => until));
  return Math.min(Math.max(until - now, 1), REPLAN_AFTER);
}

/** A deletion of that row now. */
export function deletionOf(
  { id, createdAt }: SnapshotRow,
  reason: DeletionAction["reason"],
  { present }: Pick<Planning, "present">,
): DeletionAction {
  const { list, capabilities } = present.location;
  const isOld = list === undefined || present.moment.monotonic - list.begunAt > LIST_IS_OLD;
  return { id, createdAt, reason, readFirst: isOld && capabilities.read === true };
}
