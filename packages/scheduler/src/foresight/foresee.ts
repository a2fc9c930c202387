import { averageMilliseconds, type Deltas } from "@k8s-snapshots/retention";
import type { Plan } from "../planner/disk-plan.ts";
import { schedulesInForce } from "../planner/in-force.ts";
import type { Deferral, Reason } from "../planner/reason.ts";
import type { Rule } from "../rule.ts";
import { snapshotsOf } from "../state/disk-snapshots.ts";
import { expiryDate } from "../state/present.ts";
import type { SnapshotRow } from "../state/snapshot-table.ts";
import { DAY, type Instant, type Milliseconds } from "../state/time.ts";
import { DiskRun } from "./disk-run.ts";
import type { KnownDisk } from "./known-disk.ts";
import { type Verdict, verdictsOf } from "./verdicts.ts";

/** What becomes of a disk's snapshots once its schedule is another one. */
export interface Foresight {
  /** By the storage system's clock. */
  readonly now: Instant;

  /** Those that are ready now, the newest first. What is dated in the future is not among them (rule 1). */
  readonly snapshots: readonly ForeseenSnapshot[];

  /** When the new schedule alone is in force (rule 5); `undefined`: not until {@link until}. */
  readonly inForceAt: Instant | undefined;

  /** Until when it was looked ahead. */
  readonly until: Instant;

  /** Nothing waits for a grace or a budget any more: what is left goes only when it grows too old for the new schedule. */
  readonly isSettled: boolean;

  /** How long what the schedule before keeps stays once a snapshot carries the new one (rule 5). */
  readonly grace: Milliseconds;

  /** Within which time the deletion budget lets a share of another schedule's go (rule 4b). */
  readonly window: Milliseconds;

  /** What is not done, or to be known, at {@link until}. */
  readonly deferrals: readonly Deferral[];

  /** How far apart snapshots were taken in it, if that is further than their interval: there are many, and it is coarse. */
  readonly spacing: Milliseconds | undefined;
}

/** One that is there now. */
export interface ForeseenSnapshot {
  readonly row: SnapshotRow;

  /** What the schedule before says of it now; `undefined`: there was none. */
  readonly before: Verdict | undefined;

  /** What the new schedule alone says of it now. */
  readonly after: Verdict;

  /** When it is deleted; `undefined`: not until {@link Foresight.until}. */
  readonly goesAt: Instant | undefined;
}

/** What passes while a disk settles under another schedule. */
const settling: ReadonlySet<Reason> = new Set<Reason>([
  ...(["Grace", "DeletionBudget", "OtherScheduleBudget", "NotCounted", "Surplus"] as const),
  ...(["NothingConfirmed", "ListsDisagree", "TooManySchedules"] as const),
]);

const LONGEST_LOOK_AHEAD = 20 * 365 * DAY;

/** How many snapshots are looked at in one window of the deletion budget, and in all: a second look at one counts again. */
const LOOKS_A_WINDOW = 4_000;
const MOST_LOOKS = 2_000_000;

/**
 * What the scheduler does to the snapshots of a disk if its rule becomes `rule` now: the core itself, run forward in virtual
 * time until nothing waits any more, with a storage system that does at once what it is asked. Changes nothing.
 *
 * Where there are many, those to come are taken further apart, so that it ends in seconds: see {@link Foresight.spacing}.
 */
export function foresee(known: KnownDisk, rule: Rule & { readonly deltas: Deltas }): Foresight {
  const run = new DiskRun(known);
  const { now } = run;
  const standing = snapshotsOf(run.state, run.present).ready;
  const formerly = run.state.rule?.deltas;
  const before = formerly && verdictsOf(formerly, standing);
  const after = verdictsOf(rule.deltas, standing);
  const interval = averageMilliseconds(rule.deltas.interval);
  const window = Math.max(run.present.policy.deletionBudgetWindow, interval);

  const grace = run.present.policy.scheduleChangeGrace;
  const goesAt = new Map<string, Instant>();
  let inForceAt: Instant | undefined;
  let lastCreation = Number.NEGATIVE_INFINITY;
  let lastDeletion = Number.NEGATIVE_INFINITY;
  let coarsest = interval;
  let looks = 0;
  run.setRule(rule);
  for (;;) {
    const at = run.now;
    let planned: Plan;
    for (;;) {
      if (run.takeWhatIsDue()) lastCreation = at;
      const { deletions, plan } = run.deleteWhatGoes();
      for (const { id } of deletions) goesAt.set(id, at);
      if (deletions.length > 0) lastDeletion = at;
      planned = plan;
      // At a full limit one that is due is taken once there is room for it (rule 12).
      if (deletions.length === 0 || plan.creation === undefined) break;
    }
    const { deferrals, dueAt = at } = planned;
    const others = inForceAt === undefined ? othersInForce(run, rule) : undefined;
    if (others === undefined) inForceAt ??= at;
    const isSettled = inForceAt !== undefined && !deferrals.some(({ reason }) => settling.has(reason));
    looks += run.count;
    if (isSettled || looks > MOST_LOOKS || at - now > LONGEST_LOOK_AHEAD) {
      const snapshots = standing.toReversed().map(
        (row): ForeseenSnapshot => ({
          row,
          before: before?.get(row.id),
          after: after.get(row.id) as Verdict,
          goesAt: goesAt.get(row.id),
        }),
      );
      const spacing = coarsest > interval ? coarsest : undefined;
      return { now, snapshots, inForceAt, until: at, isSettled, grace, window, deferrals, spacing };
    }
    const spacing = Math.max(interval, window * Math.min(1, run.count / LOOKS_A_WINDOW));
    coarsest = Math.max(coarsest, spacing);
    const moments = [
      Math.max(dueAt, lastCreation + spacing),
      lastDeletion + window,
      others?.until ?? at,
      ...deferrals.map(({ until = at }) => until),
    ];
    run.pass(Math.min(at + window, ...moments.filter((moment) => moment > at)) - at);
  }
}

/** The schedules before, as long as they are in force beside the rule's (rule 5). */
function othersInForce(
  { state, present }: DiskRun,
  rule: Rule & { readonly deltas: Deltas },
): { readonly until: Instant | undefined } | undefined {
  const now = expiryDate(present, state) ?? Number.NEGATIVE_INFINITY;
  const { others, none, until } = schedulesInForce(rule, rule.deltas, state, snapshotsOf(state, present), now, present);
  return others.length > 0 || none ? { until } : undefined;
}
