import type { DiskPlan } from "../planner/disk-plan.ts";
import { planDisk } from "../planner/plan-disk.ts";
import type { Policy } from "../policy.ts";
import type { DiskState } from "./disk-state.ts";
import type { LocationDisks } from "./location-disks.ts";

const REPLAN_AFTER = 60 * 60_000;

/** Safety rule 9: a disk that cannot be planned is left as it is, and holds up no other. */
export function planState(now: number, disks: LocationDisks, state: DiskState, policy: Policy): DiskPlan {
  try {
    return planDisk(now, disks.viewOf(state), policy);
  } catch (error) {
    return failedPlan(now, state, error);
  }
}

function failedPlan(now: number, { disk, rule }: DiskState, error: unknown): DiskPlan {
  const message = `planning ${disk.id} failed: ${error instanceof Error ? error.message : String(error)}`;
  return {
    creation: undefined,
    deletions: [],
    kept: [],
    holds: [{ what: "creation", reason: "PlanFailed", message, snapshots: [] }],
    wakeAt: rule === undefined ? Number.POSITIVE_INFINITY : now + REPLAN_AFTER,
  };
}
