import type { HoldReason } from "@k8s-snapshots/scheduler";

/** What does not pass by itself: someone has to change the rule, or look who else makes snapshots. */
export const holdsForPeople: ReadonlySet<HoldReason> = new Set(["BreakerOpen", "IntervalTooShort", "TooManySnapshots"]);
