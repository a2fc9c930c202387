import { averageMilliseconds, type DatedSnapshot, type Deltas, forecast, standingAges } from "@k8s-snapshots/retention";
import { foresee, imagineDisk, type Policy, type Rule } from "@k8s-snapshots/scheduler";
import { UsageError } from "../commands/usage-error.ts";
import type { DeltasEdit } from "./diff-words.ts";
import { type ScheduleDiff, scheduleDiff } from "./schedule-diff.ts";

/** What the edit does to snapshots of which nothing else is known, as if the daemon had taken all under the old deltas. */
export function imaginedDiff(
  edit: DeltasEdit,
  snapshots: readonly DatedSnapshot[],
  now: Date,
  options: { readonly policy: Policy; readonly isConfirmed: boolean },
): ScheduleDiff {
  const { policy, isConfirmed } = options;
  const latest = now.getTime() + policy.clockTolerance;
  const rows = snapshots.map(({ id, createdAt }) => ({ id, createdAt: createdAt.getTime() }));
  const known = imagineDisk({ deltas: edit.before, snapshots: rows, now: now.getTime(), policy });
  const rule: Rule & { readonly deltas: Deltas } = {
    ...(known.state.rule as Rule),
    deltas: edit.after,
    ...(isConfirmed && { confirmedDeltas: edit.after.text }),
  };
  const future = rows.filter(({ createdAt }) => createdAt > latest).sort((a, b) => b.createdAt - a.createdAt);
  return scheduleDiff(edit, foresee(known, rule), future);
}

const MOST_SETTLED = 100_000;

/**
 * What stands in the long run under a schedule, the newest taken now.
 *
 * @throws {UsageError} if that is too much
 */
export function settledSnapshots(deltas: Deltas, now: Date, { minInterval }: Policy): readonly DatedSnapshot[] {
  const { most } = forecast(deltas);
  if (most > MOST_SETTLED) {
    throw new UsageError(
      `${deltas.text} may keep ${most} snapshots, more than ${MOST_SETTLED}, which is as far as --diff goes: give those that there are with --snapshots`,
    );
  }
  const { interval } = deltas;
  const isStretched = averageMilliseconds(interval) < minInterval;
  const taken = isStretched ? { ...interval, months: 0, milliseconds: minInterval } : interval;
  const ages = standingAges({ ...deltas, interval: taken }, now.getTime());
  return ages.map((age, index) => ({ id: `settled-${index + 1}`, createdAt: new Date(now.getTime() - age) }));
}
