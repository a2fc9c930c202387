import { emptyPlan, type Plan } from "../planner/disk-plan.ts";
import { plan } from "../planner/plan.ts";
import type { Present } from "../state/present.ts";
import { HOUR } from "../state/time.ts";
import type { DiskEntry } from "./disk-entry.ts";

const RETRY_AFTER = HOUR;

/** Safety rule 9: a disk that cannot be planned is left as it is, and does not block the others. */
export function planEntry({ state }: DiskEntry, present: Present): Plan {
  try {
    return plan(state, present);
  } catch (error) {
    return {
      ...emptyPlan,
      deferrals: [{ reason: "PlanFailed", count: 0, detail: error instanceof Error ? error.message : String(error) }],
      wakeAt: present.moment.monotonic + RETRY_AFTER,
    };
  }
}
