import type { BackendError, Disk } from "@k8s-snapshots/backend-api";
import type { RuleCondition } from "@k8s-snapshots/k8s-source";
import {
  type Deferral,
  describeDeferral,
  type LastPlan,
  type Readiness,
  type Reason,
  type ReasonFacts,
  reasons,
} from "@k8s-snapshots/scheduler";
import type { Finding } from "../rules/resolved-rule.ts";

/** A disk that has a rule, and what the last plan said of it. */
export interface ReportedDisk {
  readonly disk: Disk;
  readonly plan: LastPlan;
}

/** What is known of a rule besides its disk. */
export interface RuleTrouble {
  /** Why it is not a rule. */
  readonly finding: Finding | undefined;

  /** Why its location could not be listed, or the answer to its last request was lost; `undefined` since that worked. */
  readonly error: BackendError | undefined;

  /** What is odd about it. */
  readonly warnings: readonly string[];
}

const rank = { error: 0, warning: 1, info: 2 } as const satisfies Record<ReasonFacts["severity"], number>;

/**
 * `Ready` is true while the newest ready snapshot is as young as the schedule promises (safety rule 13), whatever else there
 * is to say.
 *
 * | `Ready` | reason | means |
 * |---|---|---|
 * | True | `UpToDate` | and there is nothing else to say |
 * | True | a deferral's, as `Grace`, or an error's code | and someone should know that |
 * | False | a deferral's, as `BreakerOpen` | the newest is too old, or there is none, because of that |
 * | False | an error's code, as `Forbidden` | the same, because the storage system answers so |
 * | False | `Late` | the newest ready snapshot is too old |
 * | False | `NoSnapshotYet` | there is none |
 * | False | a problem's, as `InvalidDeltas` or `ClaimNotFound` | it is not a rule, or not yet |
 * | Unknown | `NotListed` | the storage system's snapshots were not read yet |
 *
 * @param disk - `undefined` if the rule has none
 */
export function readyCondition(disk: ReportedDisk | undefined, trouble: RuleTrouble): RuleCondition {
  const { status, reason, sentence, causes } = readyVerdict(disk, trouble);
  return { type: "Ready", status, reason, message: [...sentence(), ...causes()].join("; ") };
}

/** What `Ready` says, in parts; words are made when they are asked for. */
export interface ReadyVerdict extends Pick<RuleCondition, "status" | "reason"> {
  /** About the newest snapshot; empty where that is not the point. */
  readonly sentence: () => readonly string[];

  /** What is to be known beside it, the most severe first. */
  readonly causes: () => readonly string[];
}

/** See {@link readyCondition}. */
export function readyVerdict(disk: ReportedDisk | undefined, { finding, error, warnings }: RuleTrouble): ReadyVerdict {
  if (finding !== undefined) {
    return { status: "False", reason: finding.reason, sentence: none, causes: () => [finding.message] };
  }
  const readiness = disk?.plan.readiness;
  const deferrals = [...(disk?.plan.deferrals ?? [])].sort((a, b) => rankOf(a.reason) - rankOf(b.reason));
  if (disk === undefined || readiness === undefined) return notPlanned(deferrals, error);
  const known = deferrals.filter(({ reason }) => reasons[reason].severity !== "info");
  const sentence = (): readonly string[] => [sentenceOf(disk, readiness)];
  if (readiness.ready) {
    const causes = (): readonly string[] => [...known.map(describeDeferral), ...wordsOf(error), ...warnings];
    const reason = known[0]?.reason ?? (error && codeOf(error)) ?? "UpToDate";
    return { status: "True", reason, sentence, causes };
  }
  const keeping = deferrals.filter(({ reason }) => keepsFromSnapshots(reason));
  const cause = keeping.find(({ reason }) => reasons[reason].severity !== "info");
  const otherwise = readiness.newest === undefined ? "NoSnapshotYet" : "Late";
  const causes = (): readonly string[] => [...keeping.map(describeDeferral), ...wordsOf(error), ...warnings];
  const reason = cause?.reason ?? (error && codeOf(error)) ?? otherwise;
  return { status: "False", reason, sentence, causes };
}

/** Without a list, or without a plan that can be believed. */
function notPlanned(deferrals: readonly Deferral[], error: BackendError | undefined): ReadyVerdict {
  const [first] = deferrals.filter(({ reason }) => reasons[reason].severity !== "info");
  if (first !== undefined) {
    return { status: "False", reason: first.reason, sentence: none, causes: () => [describeDeferral(first)] };
  }
  if (error !== undefined)
    return { status: "False", reason: codeOf(error), sentence: none, causes: () => [error.message] };
  const [waiting = { reason: "NotListed", count: 0 } as const] = deferrals;
  return { status: "Unknown", reason: waiting.reason, sentence: none, causes: () => [describeDeferral(waiting)] };
}

const none = (): readonly string[] => [];

/** A snapshot that got stuck defers nothing, and is why there is no newer one. */
function keepsFromSnapshots(reason: Reason): boolean {
  const { defers } = reasons[reason];
  return defers === "creation" || defers === "both" || reason === "Stuck";
}

/** The same as long as nothing changes: each new one is a write. */
function sentenceOf({ disk, plan }: ReportedDisk, { ready, newest, lateAt }: Readiness): string {
  if (newest === undefined) return `no snapshot of ${disk.id} is ready yet`;
  const taken = `the newest ready snapshot of ${disk.id} is of ${instant(newest)}`;
  if (ready) return taken;
  return `${taken}, and too old since ${instant(lateAt)}; the next was due at ${instant(plan.dueAt)}`;
}

function wordsOf(error: BackendError | undefined): readonly string[] {
  return error === undefined ? [] : [error.message];
}

function rankOf(reason: Reason): number {
  return rank[reasons[reason].severity];
}

function codeOf({ code }: BackendError): string {
  return code
    .split("-")
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join("");
}

export function instant(time: number | undefined): string {
  return time === undefined ? "an unknown time" : `${new Date(time).toISOString().slice(0, 19)}Z`;
}
