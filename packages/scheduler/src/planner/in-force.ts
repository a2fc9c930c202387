import type { Deltas } from "@k8s-snapshots/retention";
import type { Rule } from "../rule.ts";
import type { DiskSnapshots } from "../state/disk-snapshots.ts";
import type { DiskState } from "../state/disk-state.ts";
import { latestDate, type Present } from "../state/present.ts";
import { parseSchedule, scheduleKey } from "../state/schedule-key.ts";
import { byAge, type SnapshotRow } from "../state/snapshot-table.ts";
import type { Instant } from "../state/time.ts";
import { addKept } from "./add-kept.ts";

/** The schedules that are in force for a disk (safety rule 5). */
export interface InForce {
  readonly current: Deltas;

  /** Those before it that are still in force. */
  readonly others: readonly Deltas[];

  /** No schedule at all is in force too: what carries none is kept. */
  readonly none: boolean;

  /** When those others cease to be, if the schedule stays as it is; `undefined`: not before a snapshot carries it. */
  readonly until: Instant | undefined;
}

/** With more than this many nothing is deleted. */
export const MOST_IN_FORCE = 8;

/** Whether a person said that the schedule is meant as it is: then neither grace nor rule 4b apply. */
export function isConfirmed(rule: Rule): boolean {
  if (rule.deltas === undefined || rule.confirmedDeltas === undefined) return false;
  const confirmed = parseSchedule(rule.confirmedDeltas);
  return confirmed !== undefined && scheduleKey(confirmed) === scheduleKey(rule.deltas);
}

/**
 * The rule's schedule; until the newest snapshot has carried it for longer than the grace, also those that this process saw
 * within the grace, those on snapshots made within it, and that of the newest one made before it.
 *
 * @param now - the date, never too late
 */
export function schedulesInForce(
  rule: Rule,
  current: Deltas,
  state: DiskState,
  { ready, pending, future }: DiskSnapshots,
  now: Instant,
  present: Present,
): InForce {
  const { scheduleChangeGrace: grace } = present.policy;
  if (grace === 0 || isConfirmed(rule)) return { current, others: [], none: false, until: undefined };
  const monotonic = present.moment.monotonic;
  const key = scheduleKey(current);
  const keys = new Set<string | undefined>();
  let until: Instant | undefined = Number.NEGATIVE_INFINITY;
  for (const former of state.formerSchedules) {
    const left = former.until + grace - monotonic;
    if (left <= 0 || former.schedule === key) continue;
    keys.add(former.schedule);
    until = Math.max(until, now + left);
  }

  const carriers = newestFirst(ready, pending, future, latestDate(present));
  const newest = carriers[0];
  const carriedSince = newest && sinceWhen(newest, key, carriers);
  const isOver = carriedSince !== undefined && carriedSince <= now - grace;
  if (newest !== undefined && !isOver) {
    until = carriedSince === undefined ? undefined : Math.max(until, carriedSince + grace);
    for (const { createdAt, marks } of carriers) {
      keys.add(marks.schedule);
      if (createdAt <= now - grace) break;
    }
  }
  keys.delete(key);
  const schedules = [...keys].map((other) => (other === undefined ? undefined : parseSchedule(other)));
  const others = schedules.filter((schedule) => schedule !== undefined);
  return { current, others, none: others.length < schedules.length, until };
}

/**
 * Since when the newest one's schedule is in force, as it says; but where an older one carries another schedule after that
 * (the list of whoever wrote the label lacked it), only since the first one that came after that.
 */
function sinceWhen(
  { marks: { schedule, since } }: SnapshotRow,
  key: string,
  carriers: readonly SnapshotRow[],
): Instant | undefined {
  if (schedule !== key || since === undefined) return undefined;
  const other = carriers.findIndex(({ marks }) => marks.schedule !== key);
  const isContradicted = other > 0 && (carriers[other] as SnapshotRow).createdAt > since;
  return isContradicted ? (carriers[other - 1] as SnapshotRow).createdAt : since;
}

function newestFirst(
  ready: readonly SnapshotRow[],
  pending: readonly SnapshotRow[],
  future: readonly SnapshotRow[],
  latest: Instant,
): readonly SnapshotRow[] {
  const others = [...pending, ...future].filter(({ createdAt }) => createdAt <= latest);
  return (others.length === 0 ? [...ready] : [...ready, ...others].sort(byAge)).reverse();
}

/**
 * What any schedule in force keeps, each measured both from the newest of all and from the newest that carries it.
 *
 * @param rows - oldest first
 */
export function keptByAny({ current, others, none }: InForce, rows: readonly SnapshotRow[]): Set<string> {
  const kept = new Set<string>();
  const isGrace = others.length > 0;
  for (const deltas of [current, ...others]) {
    addKept(kept, deltas, rows);
    if (isGrace)
      addKept(kept, deltas, rows, 1 + rows.findLastIndex(({ marks }) => marks.schedule === scheduleKey(deltas)));
  }
  if (none) for (const { id, marks } of rows) if (marks.schedule === undefined) kept.add(id);
  return kept;
}
