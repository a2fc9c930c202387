import { describeKeepReason, type ExpireReason } from "@k8s-snapshots/retention";
import type { CreationAction, DeletionAction, Plan } from "../planner/disk-plan.ts";
import { explainExpiry, explainRetention } from "../planner/explain.ts";
import { plan } from "../planner/plan.ts";
import { describeDeferral, reasons } from "../planner/reason.ts";
import { type DiskSnapshots, snapshotsOf } from "../state/disk-snapshots.ts";
import type { DiskState, RequestedCreation } from "../state/disk-state.ts";
import type { Present } from "../state/present.ts";
import type { SnapshotRow } from "../state/snapshot-table.ts";
import type { Instant } from "../state/time.ts";

/** Something that was sent, and whether the core sends it in that state. */
export interface JudgedAction {
  readonly kind: "creation" | "deletion";

  /** The name of what was requested, or the id of what was deleted. */
  readonly snapshot: string;

  /** As the trace says; `undefined`: it says none. */
  readonly reason: string | undefined;

  /** Of a deletion that the core sends: what stands for the snapshot. */
  readonly why?: ExpireReason<SnapshotRow>;

  /** The safety rule that it comes from. */
  readonly rule?: number;

  /** Why the core does not send it; `undefined`: it does. */
  readonly objection?: string;
}

const creationRules = { first: 6, due: 10, asked: 6, resolve: 6 } as const satisfies Record<
  CreationAction["reason"],
  number
>;
const deletionRules = { expired: 2, failed: 1, room: 12, orphaned: 8 } as const satisfies Record<
  DeletionAction["reason"],
  number
>;

/** A creation that was sent, by what the core plans in that state. */
export function judgeCreation(
  state: DiskState,
  present: Present,
  request: RequestedCreation,
  reason: string | undefined,
): JudgedAction {
  const judged = { kind: "creation", snapshot: request.name, reason } as const;
  const planned = planOrError(state, present);
  if (typeof planned === "string") return { ...judged, objection: planned };
  const { creation } = planned;
  if (creation === undefined) return { ...judged, objection: whyNoCreation(planned) };
  const difference = differenceOf(creation, request, reason);
  if (difference !== undefined) return { ...judged, objection: difference };
  return { ...judged, rule: creationRules[creation.reason] };
}

/** A deletion that was sent, by what the core plans in that state. */
export function judgeDeletion(
  state: DiskState,
  present: Present,
  id: string,
  reason: string | undefined,
  isRead: boolean,
): JudgedAction {
  const judged = { kind: "deletion", snapshot: id, reason } as const;
  const planned = planOrError(state, present);
  if (typeof planned === "string") return { ...judged, objection: planned };
  const action = planned.deletions.find((one) => one.id === id);
  if (action === undefined) return { ...judged, objection: whyNoDeletion(state, present, planned, id) };
  if (action.reason !== reason) {
    return { ...judged, objection: `the core deletes it as ${action.reason}, not as ${reason}` };
  }
  if (action.readFirst && !isRead) {
    return { ...judged, objection: "the newest list is old, and the snapshot was not read by itself before (rule 2)" };
  }
  const why = reason === "failed" ? undefined : explainExpiry(state, present, id);
  return { ...judged, rule: deletionRules[action.reason], ...(why && { why }) };
}

function planOrError(state: DiskState, present: Present): Plan | string {
  try {
    return plan(state, present);
  } catch (error) {
    return `planning the disk throws: ${error instanceof Error ? error.message : String(error)} (rule 9)`;
  }
}

/** Names follow from a setting that a trace cannot hold: they are not compared. */
function differenceOf(
  { request, reason }: CreationAction,
  { idempotencyKey, labels }: RequestedCreation,
  taken: string | undefined,
): string | undefined {
  if (reason !== taken) return `the core takes it as ${reason}, not as ${taken}`;
  if (request.idempotencyKey !== idempotencyKey) {
    return `the core asks for it under the key ${request.idempotencyKey}, not ${idempotencyKey}`;
  }
  const keys = new Set([...Object.keys(request.labels), ...Object.keys(labels)]);
  const other = [...keys].find((key) => request.labels[key] !== labels[key]);
  return other && `the core labels it ${other}: ${request.labels[other]}, not ${labels[other]}`;
}

function whyNoCreation(planned: Plan): string {
  const deferrals = deferralsOf(planned, "creation");
  if (deferrals.length > 0) return deferrals.join("; ");
  return planned.dueAt === undefined ? "none is due" : `the next one is due ${at(planned.dueAt)}`;
}

function whyNoDeletion(state: DiskState, present: Present, planned: Plan, id: string): string {
  const snapshots = snapshotsOf(state, present);
  const about = aboutSnapshot(state, present, snapshots, id);
  if (about !== undefined) return about;
  const deferrals = deferralsOf(planned, "deletion");
  return deferrals.length > 0 ? deferrals.join("; ") : "the plan keeps it";
}

/** What keeps this snapshot, whatever the others. */
function aboutSnapshot(
  state: DiskState,
  present: Present,
  { ready, confirmed, failed, pending, future }: DiskSnapshots,
  id: string,
): string | undefined {
  const row = [...ready, ...failed, ...pending, ...future].find((one) => one.id === id);
  if (row === undefined) return "no snapshot of ours with this id is known, or its deletion was sent already (rule 11)";
  if (row.id === ready.at(-1)?.id) return "it is the newest ready one (rule 3)";
  if (row.id === confirmed.at(-1)?.id) return "it is the newest ready one of the newest list (rule 3)";
  if (row.marks.hold) return "it carries the label k8s-snapshots/hold (rule 7)";
  if (row.state === "pending" || row.state === "unknown") return `it is ${row.state} (rule 1)`;
  if (future.includes(row)) return "it is dated in the future (rule 1)";
  if (ready.includes(row) && !confirmed.includes(row)) return "it is newer than the newest whole list (rule 2)";
  const kept = explainRetention(state, present)?.kept.find(({ snapshot }) => snapshot.id === id);
  return kept && `the schedule keeps it: ${kept.reasons.map(describeKeepReason).join("; ")}`;
}

/** Why actions of that kind are deferred. */
function deferralsOf({ deferrals }: Plan, what: "creation" | "deletion"): string[] {
  return deferrals
    .filter(({ reason }) => [what, "both"].includes(reasons[reason].defers))
    .map((deferral) => `${deferral.reason}: ${describeDeferral(deferral)} (rule ${reasons[deferral.reason].rule})`);
}

function at(instant: Instant): string {
  return Number.isFinite(instant) ? new Date(instant).toISOString() : "later";
}
