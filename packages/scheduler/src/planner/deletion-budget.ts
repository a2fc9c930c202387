import type { Policy } from "../policy.ts";
import type { PlannedDeletion } from "./disk-plan.ts";
import type { DiskView } from "./disk-view.ts";

/**
 * Safety rule 4: how many snapshots a disk may lose for each new one that became ready. In steady state that changes
 * nothing; after an outage, a clock jump or a mistyped delta the history drains slowly, and someone can notice.
 *
 * @param held - how many ready snapshots the disk has
 */
export function deletionsPerNewSnapshot(generations: number, held: number): number {
  return Math.max(generations + 1, Math.floor(held / 10));
}

/** The candidates, in order, that the disk's allowance covers. Failed ones are no history, and cost nothing. */
export function deletionBudget(
  candidates: readonly PlannedDeletion[],
  view: DiskView,
  policy: Policy,
): { granted: PlannedDeletion[]; refused: PlannedDeletion[] } {
  if (policy.ignoreDeletionBudget || view.rule?.ignoreDeletionBudget) return { granted: [...candidates], refused: [] };
  let left = view.allowance;
  const granted: PlannedDeletion[] = [];
  const refused: PlannedDeletion[] = [];
  for (const candidate of candidates) {
    if (candidate.reason.kind === "failed") granted.push(candidate);
    else if (left > 0) {
      granted.push(candidate);
      left--;
    } else refused.push(candidate);
  }
  return { granted, refused };
}
