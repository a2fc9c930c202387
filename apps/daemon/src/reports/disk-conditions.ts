import type { RuleCondition } from "@k8s-snapshots/k8s-source";
import { type DiskInspection, describeDeferral, type Reason } from "@k8s-snapshots/scheduler";
import { instant } from "./ready-condition.ts";

/** What stands between a change of schedule and the deletions that follow from it. */
const shrinkReasons: ReadonlySet<Reason> = new Set(["Grace", "OtherScheduleBudget", "TooManySchedules"]);

/** From the longest: a lag is said in words that seldom change, since each new one is a write. */
const lags: readonly (readonly [milliseconds: number, words: string])[] = [
  [30 * 86_400_000, "more than a month"],
  [7 * 86_400_000, "more than a week"],
  [3 * 86_400_000, "more than three days"],
  [86_400_000, "more than a day"],
  [6 * 3_600_000, "more than six hours"],
  [3_600_000, "more than an hour"],
];

/** `Late` is true while the newest ready snapshot is older than the schedule promises (safety rule 13). */
export function lateCondition(disk: DiskInspection | undefined, ready: RuleCondition): RuleCondition {
  const type = "Late";
  const { readiness, dueAt } = disk?.plan ?? {};
  if (disk === undefined || readiness?.newest === undefined) return unknown(type, ready);
  if (readiness.ready) {
    const message = `a newer snapshot is expected by ${instant(readiness.lateAt)}`;
    return { type, status: "False", reason: "InTime", message };
  }
  const lag = lagWords(disk.present.moment.wall - (readiness.lateAt as number));
  const message = `too old for ${lag}: the newest ready snapshot is of ${instant(readiness.newest)}, the next was due at ${instant(dueAt)}`;
  return { type, status: "True", reason: ready.reason, message };
}

/** `Stuck` is true while a snapshot has been in the making for too long (safety rule 1). */
export function stuckCondition(disk: DiskInspection | undefined, ready: RuleCondition): RuleCondition {
  return deferralCondition(disk, ready, {
    type: "Stuck",
    reasons: new Set(["Stuck"]),
    otherwise: { reason: "NothingStuck", message: "no snapshot is stuck" },
  });
}

/** `ShrinkPending` is true while snapshots are kept only because the schedule changed: how many go, and when. */
export function shrinkPendingCondition(disk: DiskInspection | undefined, ready: RuleCondition): RuleCondition {
  return deferralCondition(disk, ready, {
    type: "ShrinkPending",
    reasons: shrinkReasons,
    otherwise: { reason: "NothingPending", message: "no snapshot waits for a change of schedule to take effect" },
  });
}

function deferralCondition(
  disk: DiskInspection | undefined,
  ready: RuleCondition,
  condition: {
    readonly type: string;
    readonly reasons: ReadonlySet<Reason>;
    readonly otherwise: Pick<RuleCondition, "reason" | "message">;
  },
): RuleCondition {
  const { type, reasons, otherwise } = condition;
  if (disk?.plan.readiness === undefined) return unknown(type, ready);
  const [first, ...others] = disk.plan.deferrals.filter(({ reason }) => reasons.has(reason));
  if (first === undefined) return { type, status: "False", ...otherwise };
  const message = [first, ...others].map(describeDeferral).join("; ");
  return { type, status: "True", reason: first.reason, message };
}

/** Nothing is known of the disk, for the reason that `Ready` has. */
function unknown(type: string, { reason, message }: RuleCondition): RuleCondition {
  return { type, status: "Unknown", reason, message };
}

function lagWords(milliseconds: number): string {
  return lags.find(([least]) => milliseconds >= least)?.[1] ?? "some minutes";
}
