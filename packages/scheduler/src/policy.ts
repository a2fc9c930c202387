/** How the scheduler behaves, the same for all disks. Times are in milliseconds. */
export interface Policy {
  /** The label that makes a snapshot ours. Default: `created-by`. */
  readonly authorLabelKey: string;

  /** Its value. Default: `k8s-snapshots`. */
  readonly authorLabel: string;

  /** How far into the future a snapshot's date may lie and still count. Default: 5 minutes. */
  readonly clockSkewMs: number;

  /** Lifts the deletion budget for all disks. Default: false. */
  readonly ignoreDeletionBudget: boolean;

  /** A snapshot that the breaker saw within so many intervals is counted. Default: 4. */
  readonly breakerIntervals: number;

  /** So many snapshots more than those intervals explain open the breaker. Default: 3. */
  readonly breakerExcess: number;

  /** Formats the time in a snapshot's name. Default: `DDMMYY-HHMMSS`, in UTC. */
  readonly formatTime: (date: Date) => string;
}

/** What holds where a setting says nothing else. */
export const defaultPolicy: Policy = Object.freeze({
  authorLabelKey: "created-by",
  authorLabel: "k8s-snapshots",
  clockSkewMs: 5 * 60_000,
  ignoreDeletionBudget: false,
  breakerIntervals: 4,
  breakerExcess: 3,
  formatTime: (date: Date): string => {
    const [year, month, day, hour, minute, second] = date.toISOString().slice(2, 19).split(/[-T:]/) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    return `${day}${month}${year}-${hour}${minute}${second}`;
  },
});
