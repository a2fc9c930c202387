import type { Policy } from "@k8s-snapshots/scheduler";
import type { Settings } from "./settings.ts";

/** A rule that was edited meanwhile may keep more: nothing is deleted by one that was not heard of for so long. */
const RULES_MAX_AGE_FOR_DELETIONS_MS = 10 * 60_000;

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
    scheduleSpread: settings.scheduleSpread,
    rulesMaxAge: settings.rulesMaxAge,
    rulesMaxAgeForDeletions: RULES_MAX_AGE_FOR_DELETIONS_MS,
    maxSnapshotsPerNamespace: settings.maxSnapshotsPerNamespace,
    formatTime: settings.formatTime,
  };
}
