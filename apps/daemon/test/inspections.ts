import type { DiskContext, DiskInspection, Plan } from "@k8s-snapshots/scheduler";
import { emptyPlan } from "@k8s-snapshots/scheduler/planner";

/** A disk as the scheduler shows it: what the plan says is what matters here. */
export function inspectionOf(about: DiskContext, plan: Partial<Plan> = {}, now = 0): DiskInspection {
  return {
    ...about,
    // Only `explainRetention` reads more of these, and it is not asked here.
    state: {} as DiskInspection["state"],
    present: { moment: { monotonic: 0, wall: now } } as DiskInspection["present"],
    plan: { ...emptyPlan, ...plan },
  };
}
