import type { Policy } from "@k8s-snapshots/scheduler";
import type { Settings } from "./settings.ts";

/** What the settings say of the scheduler's policy: all of it, or it does not compile. */
export function policyOf(settings: Settings): Policy {
  return {
    authorLabelKey: settings.authorLabelKey,
    authorLabel: settings.authorLabel,
    scheduleChangeGrace: settings.scheduleChangeGrace,
    deletionBudgetWindow: settings.deletionBudgetWindow,
    deletionBudgetShare: settings.deletionBudgetShare,
    ignoreDeletionBudget: settings.ignoreDeletionBudget,
    stuckAfter: settings.stuckAfter,
    absenceBeforeExpiry: settings.absenceBeforeExpiry,
    clockTolerance: settings.clockTolerance,
    minInterval: settings.minInterval,
    maxSnapshotsPerNamespace: settings.maxSnapshotsPerNamespace,
    formatTime: settings.formatTime,
  };
}
