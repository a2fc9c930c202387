import { intervalOf } from "../state/interval.ts";
import { dueDate } from "../state/present.ts";
import { HOUR, MINUTE } from "../state/time.ts";
import type { Readiness } from "./disk-plan.ts";
import type { Planning } from "./planning.ts";

/** How long a snapshot is thought to take before any was seen to get ready. */
const UNKNOWN_MAKING = HOUR;

/**
 * Safety rule 13: ready only while the newest ready one is younger than `max(I, u) + u + max(10 min, I/10)`, where u is
 * the longest that one of the last five took to get ready.
 */
export function readinessOf({ state, present, deltas, snapshots }: Planning): Readiness {
  const newest = snapshots.ready.at(-1)?.createdAt;
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
    held: snapshots.ready.length,
  };
}
