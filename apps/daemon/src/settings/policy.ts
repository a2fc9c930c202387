import type { Policy } from "@k8s-snapshots/scheduler";
import type { Settings } from "./settings.ts";

/** What the settings say of the scheduler's policy. */
export function policyOf({ authorLabelKey, authorLabel, formatTime, ignoreDeletionBudget }: Settings): Partial<Policy> {
  const policy = { authorLabelKey, authorLabel, formatTime, ignoreDeletionBudget };
  return Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined));
}
