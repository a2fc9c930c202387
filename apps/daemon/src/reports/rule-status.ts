import type { SnapshotRuleStatus } from "@k8s-snapshots/k8s-source";
import type { DiskInspection } from "@k8s-snapshots/scheduler";
import type { AccountNeed } from "../account-limits/account-need.ts";
import { lateCondition, shrinkPendingCondition, stuckCondition } from "./disk-conditions.ts";
import { limitExceededCondition } from "./limit-condition.ts";
import { type RuleTrouble, readyCondition } from "./ready-condition.ts";

/**
 * What a SnapshotRule's status says: see {@link readyCondition} and {@link lateCondition}.
 *
 * @param disk - `undefined` if the rule has none
 * @param need - of the rules of the disk's location together; `undefined`: not known
 */
export function ruleStatus(
  disk: DiskInspection | undefined,
  trouble: RuleTrouble,
  need?: AccountNeed,
): SnapshotRuleStatus {
  const { readiness, dueAt } = disk?.plan ?? {};
  const ready = readyCondition(disk, trouble);
  return {
    conditions: [
      ready,
      lateCondition(disk, ready),
      stuckCondition(disk, ready),
      shrinkPendingCondition(disk, ready),
      limitExceededCondition(need),
    ],
    lastSnapshotTime: readiness?.newest === undefined ? undefined : new Date(readiness.newest),
    nextSnapshotTime: disk !== undefined && dueAt !== undefined && dueAt > nowOf(disk) ? new Date(dueAt) : undefined,
    snapshotCount: readiness?.held,
  };
}

/** One that is due already is not a time to come: the condition says why there is none. */
function nowOf({ present }: DiskInspection): number {
  return present.moment.wall;
}
