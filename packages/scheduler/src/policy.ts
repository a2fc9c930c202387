import { DAY, HOUR, type Instant, MINUTE, type Milliseconds } from "./state/time.ts";

/** How the scheduler behaves, the same for all disks. */
export interface Policy {
  /** The label that marks a snapshot as made by this program. Default: `created-by`. */
  readonly authorLabelKey: string;

  /** Its value. Default: `k8s-snapshots`. */
  readonly authorLabel: string;

  /** How long a change of schedule deletes nothing that the schedule before would keep (rule 5); 0 is off. Default: a day. */
  readonly scheduleChangeGrace: Milliseconds;

  /** Within which time, or the interval if that is longer, a share of another schedule's snapshots may go (rule 4b). */
  readonly deletionBudgetWindow: Milliseconds;

  /** That share, from 0 to 1. Default: a tenth. */
  readonly deletionBudgetShare: number;

  /** Lifts the deletion budget for all disks (rule 4), never the grace (rule 5). Default: false. */
  readonly ignoreDeletionBudget: boolean;

  /** How long a snapshot may be pending and be waited for (rule 1); longer for long intervals. Default: a day. */
  readonly stuckAfter: Milliseconds;

  /** How long the absence of a rule must be seen before its snapshots expire (rule 8). Default: an hour. */
  readonly absenceBeforeExpiry: Milliseconds;

  /** How far clocks may differ (rules 1, 15). Default: five minutes. */
  readonly clockTolerance: Milliseconds;

  /** Shortest interval allowed (rule 14); 0: none. Default: a minute. */
  readonly minInterval: Milliseconds;

  /**
   * How much earlier than its interval the second snapshot under a schedule may come, as a share of the interval from 0 to 1,
   * so that disks do not all fall due together (rule 10). Default: 0, not at all.
   */
  readonly scheduleSpread: number;

  /** Most snapshots of a namespace's disks in one location (rule 14). Default: 10,000. */
  readonly maxSnapshotsPerNamespace: number;

  /**
   * How long snapshots are taken by rules that nobody has confirmed since (rule 2): see `Scheduler.confirmRules`. Default:
   * for ever.
   */
  readonly rulesMaxAge: Milliseconds;

  /** The same for deletions. Default: for ever. */
  readonly rulesMaxAgeForDeletions: Milliseconds;

  /** Formats the time in a snapshot's name. Default: `DDMMYY-HHMMSS`, in UTC. */
  readonly formatTime: (date: Date) => string;
}

/** A number, since a trace writes the policy as JSON, which has no infinity. */
const FOREVER: Milliseconds = Number.MAX_SAFE_INTEGER;

/** What holds where a setting says nothing else. */
export const defaultPolicy: Policy = Object.freeze({
  authorLabelKey: "created-by",
  authorLabel: "k8s-snapshots",
  scheduleChangeGrace: DAY,
  deletionBudgetWindow: DAY,
  deletionBudgetShare: 0.1,
  ignoreDeletionBudget: false,
  stuckAfter: DAY,
  absenceBeforeExpiry: HOUR,
  clockTolerance: 5 * MINUTE,
  minInterval: MINUTE,
  scheduleSpread: 0,
  maxSnapshotsPerNamespace: 10_000,
  rulesMaxAge: FOREVER,
  rulesMaxAgeForDeletions: FOREVER,
  formatTime: (date: Instant | Date): string => {
    const parts = new Date(date).toISOString().slice(2, 19).split(/[-T:]/);
    const [year, month, day, hour, minute, second] = parts as [string, string, string, string, string, string];
    return `${day}${month}${year}-${hour}${minute}${second}`;
  },
});
