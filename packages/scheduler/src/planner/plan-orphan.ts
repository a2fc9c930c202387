import type { Snapshot } from "@k8s-snapshots/backend-api";
import {
  averageMilliseconds,
  type Deltas,
  decideRetention,
  isDeltasError,
  parseDeltas,
} from "@k8s-snapshots/retention";
import type { Policy } from "../policy.ts";
import type { DiskSnapshots } from "./disk-snapshots.ts";
import type { DiskView } from "./disk-view.ts";
import { type DeletionPlan, planDeletions } from "./plan-deletions.ts";
import { DELETION_POLICY_LABEL, DELTAS_LABEL } from "./snapshot-labels.ts";

/**
 * Safety rule 8: a disk that has snapshots of ours and no rule any more. They stay, unless the newest one carries the
 * policy `expire`: then the schedule that it carries too goes on, reckoned from now as if a snapshot had just been
 * made, so that what is left ages out of it, down to the newest. The budget is granted once an interval.
 */
export function planOrphan(
  now: number,
  view: DiskView,
  sorted: DiskSnapshots,
  policy: Policy,
): DeletionPlan & { readonly wakeAt: number } {
  const deltas = inheritedDeltas(sorted.ready.at(-1));
  if (deltas === undefined) {
    const snapshots = sorted.ready;
    const message = "the rule is gone, and its policy is to retain";
    return {
      deletions: [],
      kept: [],
      holds: snapshots.length === 0 ? [] : [{ what: "deletion", reason: "Retained", message, snapshots }],
      wakeAt: Number.POSITIVE_INFINITY,
    };
  }
  const interval = averageMilliseconds(deltas.interval);
  const wakeAt = (Math.floor(now / interval) + 1) * interval;
  const imagined = asIfMadeAt(now, view);
  const { kept, expired } = decideRetention(deltas, [...sorted.ready, imagined]);
  const real = kept.filter(({ snapshot }) => snapshot !== imagined);
  return { ...planDeletions(now, view, sorted, { kept: real, expired }, policy), wakeAt };
}

/** The schedule that the snapshot carries, if its policy is to expire. */
export function inheritedDeltas(newest: Snapshot | undefined): Deltas | undefined {
  const text = newest?.labels[DELTAS_LABEL];
  if (text === undefined || newest?.labels[DELETION_POLICY_LABEL] !== "expire") return undefined;
  try {
    return parseDeltas(text);
  } catch (error) {
    if (isDeltasError(error)) return undefined;
    throw error;
  }
}

function asIfMadeAt(now: number, view: DiskView): Snapshot {
  const { location, id } = view.disk;
  return { id: "", location, diskId: id, createdAt: new Date(now), state: "ready", labels: {} };
}
