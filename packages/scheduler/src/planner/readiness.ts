import { averageMilliseconds, type Deltas } from "@k8s-snapshots/retention";
import { intervalOf } from "../state/interval.ts";
import { dueDate } from "../state/present.ts";
import type { SnapshotRow } from "../state/snapshot-table.ts";
import { HOUR, MINUTE, type Milliseconds } from "../state/time.ts";
import type { Readiness } from "./disk-plan.ts";
import type { Planning } from "./planning.ts";

/** How long a snapshot is thought to take before any was seen to get ready. */
const UNKNOWN_MAKING = HOUR;

/**
 * Safety rule 13: ready only while the newest ready one is younger than `max(I, u) + u + max(10 min, I/10)`, where u is
 * the longest that one of the last five took to get ready. One that the newest list lacks counts for nothing here, though
 * another list has to lack it before it is given up (rule 6).
 */
export function readinessOf(planning: Planning): Readiness {
  const { state, present, deltas } = planning;
  const ready = withoutMissed(planning);
  const newest = ready.at(-1)?.createdAt;
  const interval = intervalOf(deltas, present).milliseconds;
  const making = state.makings.length === 0 ? UNKNOWN_MAKING : Math.max(...state.makings);
  const lateAt =
    newest === undefined
      ? undefined
      : newest + Math.max(interval, making) + making + Math.max(10 * MINUTE, interval / 10);
  return {
    ready: lateAt !== undefined && dueDate(present, state) < lateAt,
    newest,
    lateAt,
    held: ready.length,
    widestGap: widestGapOf(ready, deltas),
  };
}

function withoutMissed({ state: { accepted }, snapshots: { ready } }: Planning): readonly SnapshotRow[] {
  const missed = new Set(accepted.filter((one) => one.missed).map(({ row }) => row.id));
  return missed.size === 0 ? ready : ready.filter(({ id }) => !missed.has(id));
}

/** Coarser generations are thinned out on purpose: what lies between theirs is no gap. */
function widestGapOf(ready: readonly SnapshotRow[], deltas: Deltas): Milliseconds | undefined {
  const newest = ready.at(-1);
  if (newest === undefined || ready.length < 2) return undefined;
  const from = newest.createdAt - averageMilliseconds(deltas.durations[1] ?? deltas.interval);
  let widest = 0;
  for (let index = ready.length - 1; index > 0; index--) {
    const younger = ready[index] as SnapshotRow;
    const older = ready[index - 1] as SnapshotRow;
    widest = Math.max(widest, younger.createdAt - Math.max(older.createdAt, from));
    if (older.createdAt <= from) break;
  }
  return widest;
}
