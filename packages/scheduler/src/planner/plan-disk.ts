import { decideRetention } from "@k8s-snapshots/retention";
import type { Policy } from "../policy.ts";
import type { DiskPlan, PlannedCreation } from "./disk-plan.ts";
import { sortSnapshots } from "./disk-snapshots.ts";
import type { DiskView } from "./disk-view.ts";
import { nextDue, planCreation } from "./plan-creation.ts";
import { planDeletions } from "./plan-deletions.ts";
import { planOrphan } from "./plan-orphan.ts";

/**
 * What to do for one disk now. Pure: the same view at the same time gives the same plan.
 *
 * @param now - in milliseconds since 1970
 */
export function planDisk(now: number, view: DiskView, policy: Policy): DiskPlan {
  const sorted = sortSnapshots(view.snapshots, now + policy.clockSkewMs);
  if (view.rule === undefined) return { creation: undefined, ...planOrphan(now, view, sorted, policy) };

  const { creation, holds, wakeAt } = planCreation(now, view, sorted, policy);
  const { deltas } = view.rule;
  if (deltas === undefined) return { creation, deletions: [], kept: [], holds, wakeAt };
  const deletion = planDeletions(now, view, sorted, decideRetention(deltas, sorted.ready), policy);
  return {
    creation,
    deletions: deletion.deletions,
    kept: deletion.kept,
    holds: [...holds, ...deletion.holds],
    dueAt: isKnown(view, holds) ? nextDue(view, sorted, deltas, now).dueAt : undefined,
    wakeAt: view.deleteAfter > now ? Math.min(wakeAt, view.deleteAfter) : wakeAt,
  };
}

function isKnown({ listedAt }: DiskView, holds: DiskPlan["holds"]): boolean {
  return listedAt !== undefined && !holds.some(({ reason }) => reason === "TooManySnapshots");
}

/** The part of {@link planDisk} that says whether to take a snapshot. Costs less. */
export function planDiskCreation(now: number, view: DiskView, policy: Policy): PlannedCreation | undefined {
  return planCreation(now, view, sortSnapshots(view.snapshots, now + policy.clockSkewMs), policy).creation;
}
