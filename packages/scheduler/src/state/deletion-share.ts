import type { Deltas } from "@k8s-snapshots/retention";
import type { Policy } from "../policy.ts";

/** What DESIGN's rules call b: how many of `count` snapshots may go at once without anyone having said so. */
export function deletionShare(count: number, deltas: Deltas | undefined, policy: Policy): number {
  return Math.max((deltas?.generations.length ?? 1) + 1, Math.floor(count * policy.deletionBudgetShare));
}
