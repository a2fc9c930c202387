import { averageMilliseconds, type Deltas } from "@k8s-snapshots/retention";
import { type DiskSnapshots, snapshotsOf, standingOf } from "./disk-snapshots.ts";
import type { DiskState, FailedCreations } from "./disk-state.ts";
import { noteStood } from "./high-water.ts";
import { none } from "./none.ts";
import { dueDate, latestDate, type Present } from "./present.ts";
import { scheduleKey } from "./schedule-key.ts";
import type { SnapshotRow } from "./snapshot-table.ts";
import { HOUR, type Milliseconds } from "./time.ts";

const MAKINGS = 5;

/** The last five, the newest first. */
export function noteMaking(makings: readonly Milliseconds[], making: Milliseconds): readonly Milliseconds[] {
  return [making, ...makings].slice(0, MAKINGS);
}

/**
 * What the rules remember of before: the newest date ever seen, what was held (rule 4), which creations ended as failed
 * ones (rule 1).
 */
export function noteHistory(before: DiskState, after: DiskState, present: Present): DiskState {
  if (!mayChangeHistory(before, after)) return after;
  const was = snapshotsOf(before, present);
  const is = snapshotsOf(after, present);
  const { failures, ...rest } = after;
  const failed = failuresAfter(before, is, present);
  return {
    ...rest,
    ...newestOf(after, is, present),
    ...(failed && { failures: failed }),
    ...highsOf(before, after, was, is, present),
  };
}

function mayChangeHistory(before: DiskState, after: DiskState): boolean {
  return (
    before.table !== after.table ||
    before.accepted !== after.accepted ||
    before.leaving !== after.leaving ||
    before.rule !== after.rule
  );
}

function newestOf(state: DiskState, { ready }: DiskSnapshots, present: Present): Partial<DiskState> {
  const newest = ready.at(-1)?.createdAt;
  const ever = state.newestDate;
  if (newest === undefined || (ever !== undefined && newest <= ever && ever <= latestDate(present))) return {};
  return { newestDate: newest, newestSeenAt: present.moment.monotonic };
}

/** After a restart the newest failed one dates the last try. */
function failuresAfter(
  before: DiskState,
  { ready, failed }: DiskSnapshots,
  present: Present,
): FailedCreations | undefined {
  const newest = failed.at(-1);
  const known = before.failures;
  const isOver = (date: number): boolean => (ready.at(-1)?.createdAt ?? Number.NEGATIVE_INFINITY) > date;
  if (newest === undefined) return known !== undefined && !isOver(known.newestDate) ? known : undefined;
  if (isOver(newest.createdAt)) return undefined;
  if (known !== undefined && newest.createdAt <= known.newestDate) return known;
  const now = present.moment.monotonic;
  const age = Math.max(0, dueDate(present, before) - newest.createdAt);
  return {
    count: (known?.count ?? 0) + 1,
    newestDate: newest.createdAt,
    message: newest.marks.failure,
    seenAt: known === undefined ? now - age : now,
  };
}

function highsOf(
  before: DiskState,
  after: DiskState,
  was: DiskSnapshots,
  is: DiskSnapshots,
  present: Present,
): Partial<DiskState> {
  const now = present.moment.monotonic;
  const newest = is.confirmed.findLast(({ marks }) => marks.held !== undefined);
  const stood = standingOf(was);
  const stands = standingOf(is);
  const held = stands.length;
  const anchor = after.heldSinceNewest;
  return {
    heldBefore: stood.length > held ? noteStood(after.heldBefore, stood.length, now, HOUR) : after.heldBefore,
    ...(newest !== undefined && {
      heldSinceNewest: {
        newestId: newest.id,
        most: anchor?.newestId === newest.id ? Math.max(anchor.most, held) : held,
      },
    }),
    ...othersOf(before, after, was, is, present),
  };
}

function othersOf(
  before: DiskState,
  after: DiskState,
  was: DiskSnapshots,
  is: DiskSnapshots,
  present: Present,
): Partial<DiskState> {
  const deltas = after.rule?.deltas;
  if (deltas === undefined) return {};
  const schedule = scheduleKey(deltas);
  const known = before.othersBefore?.schedule === schedule ? before.othersBefore.stood : undefined;
  if (known === undefined) return { othersBefore: { schedule, stood: none } };
  const window = budgetWindow(deltas, present);
  const countWas = countOthers(standingOf(was), schedule);
  const fell = countWas > countOthers(standingOf(is), schedule);
  if (!fell) return {};
  return { othersBefore: { schedule, stood: noteStood(known, countWas, present.moment.monotonic, window) } };
}

/** Rule 4(b)'s day, or the interval where that is longer. */
export function budgetWindow(deltas: Deltas, present: Present): Milliseconds {
  return Math.max(present.policy.deletionBudgetWindow, averageMilliseconds(deltas.interval));
}

/** Whether this process has seen the whole window itself, and needs no labels to know it. */
export function sawWhole(window: Milliseconds, { location, moment }: Present): boolean {
  return location.firstList !== undefined && moment.monotonic - location.firstList.begunAt >= window;
}

/** Those of the schedule that say how many of others stood when they were requested. */
export function othersCarriers(rows: readonly SnapshotRow[], schedule: string): readonly SnapshotRow[] {
  return rows.filter(({ marks }) => marks.schedule === schedule && marks.others !== undefined);
}

/** How many were made under another schedule, or none. */
export function countOthers(rows: readonly SnapshotRow[], schedule: string): number {
  let count = 0;
  for (const { marks } of rows) if (marks.schedule !== schedule) count++;
  return count;
}
