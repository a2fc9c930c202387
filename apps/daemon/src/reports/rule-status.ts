import type { BackendError } from "@k8s-snapshots/backend-api";
import type { SnapshotRuleStatus } from "@k8s-snapshots/k8s-source";
import type { DiskInspection, HoldReason } from "@k8s-snapshots/scheduler";
import type { Finding } from "../rules/resolved-rules.ts";

/** What is known of a rule besides its disk. */
export interface RuleTrouble {
  /** Why it is no rule. */
  readonly finding: Finding | undefined;

  /** Why its last snapshot failed, or its location could not be listed; `undefined` since that worked. */
  readonly error: BackendError | undefined;

  /** What is odd about it. */
  readonly warnings: readonly string[];
}

/** Holds that stop snapshots until somebody changes something. */
const stopping: ReadonlySet<HoldReason> = new Set(["BreakerOpen", "TooManySnapshots", "RuleInvalid", "PlanFailed"]);

/**
 * What a SnapshotRule's status says.
 *
 * | `Ready` | reason | means |
 * |---|---|---|
 * | True | `UpToDate` | snapshots are taken as the rule says |
 * | True | `IntervalTooShort` | more seldom than it says: the storage system allows no more |
 * | False | the code of the storage system's error, as `Forbidden` | the last try failed; it is tried again |
 * | False | a hold's, as `TooManySnapshots` | somebody has to change something |
 * | False | a problem's, as `InvalidDeltas` or `ClaimNotFound` | it is no rule, or not yet |
 * | Unknown | `NotListed` | the storage system's snapshots were not read yet |
 *
 * @param disk - `undefined` if the rule has none
 */
export function ruleStatus(disk: DiskInspection | undefined, trouble: RuleTrouble): SnapshotRuleStatus {
  const taken = (disk?.view.snapshots ?? [])
    .filter(({ state }) => state === "ready")
    .map(({ createdAt }) => createdAt.getTime());
  const isListed = disk?.view.listedAt !== undefined;
  return {
    ready: readyCondition(disk, trouble),
    lastSnapshotTime: taken.length === 0 ? undefined : new Date(Math.max(...taken)),
    nextSnapshotTime: disk?.plan.dueAt === undefined ? undefined : new Date(disk.plan.dueAt),
    snapshotCount: isListed ? taken.length : undefined,
  };
}

function readyCondition(disk: DiskInspection | undefined, trouble: RuleTrouble): SnapshotRuleStatus["ready"] {
  const { finding, error, warnings } = trouble;
  if (finding !== undefined) return { status: "False", reason: finding.reason, message: finding.message };
  const hold = disk?.plan.holds.find(({ what, reason }) => what === "creation" && stopping.has(reason));
  if (hold !== undefined) return { status: "False", reason: hold.reason, message: hold.message };
  if (error !== undefined) return { status: "False", reason: upperCamelCase(error.code), message: error.message };
  if (disk?.view.listedAt === undefined) {
    return { status: "Unknown", reason: "NotListed", message: "the storage system's snapshots were not read yet" };
  }
  const slow = disk.plan.holds.find(({ reason }) => reason === "IntervalTooShort");
  if (slow !== undefined) return { status: "True", reason: slow.reason, message: slow.message };
  const message = [`snapshots of ${disk.disk.id} are taken as the deltas say`, ...warnings].join("; ");
  return { status: "True", reason: "UpToDate", message };
}

function upperCamelCase(code: string): string {
  return code
    .split("-")
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join("");
}
