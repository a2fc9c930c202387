import type { DiskPlan } from "../planner/disk-plan.ts";
import type { DiskState } from "./disk-state.ts";

const REPLAN_AFTER = 60 * 60_000;

/** Safety rule 9: a disk that cannot be planned is left as it is, and holds up no other. */
export function failedPlan(now: number, { disk, rule }: DiskState, error: unknown): DiskPlan {
  const message = `planning ${disk.id} failed: ${error instanceof Error ? error.message : String(error)}`;
  return {
    creation: undefined,
    deletions: [],
    kept: [],
    holds: [{ what: "creation", reason: "PlanFailed", message, snapshots: [] }],
    wakeAt: rule === undefined ? Number.POSITIVE_INFINITY : now + REPLAN_AFTER,
  };
}
