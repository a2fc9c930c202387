import type { Snapshot } from "@k8s-snapshots/backend-api";
import type { RetentionDecision } from "@k8s-snapshots/retention";
import type { Policy } from "../policy.ts";
import { deletionBudget } from "./deletion-budget.ts";
import type { Hold, HoldReason, PlannedDeletion, PlannedKeep } from "./disk-plan.ts";
import type { DiskSnapshots } from "./disk-snapshots.ts";
import type { DiskView } from "./disk-view.ts";
import { isHeld } from "./snapshot-labels.ts";

/** Which snapshots to delete, and why the others stay. */
export interface DeletionPlan {
  readonly deletions: readonly PlannedDeletion[];
  readonly kept: readonly PlannedKeep[];
  readonly holds: readonly Hold[];
}

/**
 * What retention expires, less what a safety rule keeps. Each rule is a filter of its own; what stays is said with the
 * rule that keeps it.
 */
export function planDeletions(
  now: number,
  view: DiskView,
  sorted: DiskSnapshots,
  { kept, expired }: RetentionDecision<Snapshot>,
  policy: Policy,
): DeletionPlan {
  const failed = sorted.failed.map((snapshot): PlannedDeletion => ({ snapshot, reason: { kind: "failed" } }));
  const candidates: PlannedDeletion[] = [...failed, ...inOrderOfValue(expired)];

  const holds: Hold[] = [];
  const hold = (reason: HoldReason, message: string, snapshots: readonly Snapshot[]): void => {
    if (snapshots.length > 0) holds.push({ what: "deletion", reason, message, snapshots });
  };
  hold("FutureDated", "dated in the future: kept, and no reference point", sorted.future);

  const blocked = whyNothingMayGo(now, view, sorted);
  if (blocked !== undefined) {
    hold(
      blocked.reason,
      blocked.message,
      candidates.map(({ snapshot }) => snapshot),
    );
    return { deletions: [], kept, holds };
  }

  const free: PlannedDeletion[] = [];
  const held: Snapshot[] = [];
  for (const candidate of candidates) {
    if (isHeld(candidate.snapshot)) held.push(candidate.snapshot);
    else free.push(candidate);
  }
  hold("HeldByLabel", "labelled to be kept", held);

  const newestReady = sorted.ready.at(-1);
  const older = free.filter(({ snapshot }) => snapshot !== newestReady);
  if (older.length < free.length) hold("NewestReady", "the newest ready snapshot", [newestReady as Snapshot]);

  const { granted, refused } = deletionBudget(older, view, policy);
  const message = "more at once than one new snapshot explains: the rest goes after the next ones";
  hold(
    "DeletionBudget",
    message,
    refused.map(({ snapshot }) => snapshot),
  );
  return { deletions: granted, kept, holds };
}

/** Safety rule 2. */
function whyNothingMayGo(
  now: number,
  view: DiskView,
  { newest }: DiskSnapshots,
): { reason: HoldReason; message: string } | undefined {
  if (view.suspended !== undefined) return { reason: "RuleInvalid", message: view.suspended };
  if (view.deleteAfter > now) return { reason: "Backoff", message: "the last deletion failed" };
  if (view.listedAt === undefined || (view.changedAt !== undefined && view.listedAt <= view.changedAt)) {
    return { reason: "NotListed", message: `${view.disk.location} was not listed whole since the last change` };
  }
  if (view.creating) return { reason: "NewestNotReady", message: "a snapshot is being requested" };
  if (view.unsettled !== undefined) {
    return { reason: "NewestNotReady", message: `the answer to the creation of ${view.unsettled.name} was lost` };
  }
  if (newest === undefined) return { reason: "NewestNotReady", message: "there is no ready snapshot" };
  if (newest.state !== "ready")
    return { reason: "NewestNotReady", message: `the newest, ${newest.id}, is ${newest.state}` };
  return undefined;
}

/** What others stand for goes first; what nothing else reaches back to goes last. Within both, the oldest first. */
function inOrderOfValue(expired: RetentionDecision<Snapshot>["expired"]): PlannedDeletion[] {
  const oldestFirst = expired.toReversed();
  return [
    ...oldestFirst.filter(({ reason }) => reason.kind !== "too-old"),
    ...oldestFirst.filter(({ reason }) => reason.kind === "too-old"),
  ];
}
