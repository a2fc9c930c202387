import { describeExpireReason, describeKeepReason } from "@k8s-snapshots/retention";
import {
  type CreationAction,
  type DeletionAction,
  type DiskInspection,
  describeDeferral,
  explainRetention,
  reasons,
} from "@k8s-snapshots/scheduler";
import { describeNeed, exceededOf, remedyOf } from "../account-limits/account-need.ts";
import { BASIS } from "../cluster-reading/basis.ts";
import type { Canvas } from "../drawing/style.ts";
import { describeDeletion } from "../observability/describe-deletion.ts";
import { type ClusterPlan, isPlanned } from "./read-cluster-plan.ts";

/**
 * `{now, cluster, basis, disks: [{rule, deltas, backend, location, disk, create, delete, keep, wait, deferrals, nextAt}],
 * accounts: [{backend, location, needed: {snapshots, perSecond}, allowed: {snapshots, perSecond}, exceeded}],
 * problems: [{rule, reason, message}], errors: [{backend, location, code, message}]}`: times in ISO 8601, what is not
 * there is `null`. `keep` is what the schedule keeps, `wait` what it does not and what stays for now: `deferrals` says why.
 */
export function clusterPlanJson({ now, cluster, locations, needs, problems }: ClusterPlan): string {
  const document = {
    now: now.toISOString(),
    cluster,
    basis: BASIS,
    disks: locations.flatMap(({ disks }) => disks.map(diskJson)),
    accounts: needs.map((need) => ({ ...need, exceeded: exceededOf(need) })),
    problems: problems.map(({ id, reason, message }) => ({ rule: id, reason, message })),
    errors: locations.flatMap(({ backend, location, error }) => {
      return error === undefined ? [] : [{ backend, location, code: error.code, message: error.message }];
    }),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** A block for each disk, then what has no disk, then what could not be read, and a last line that sums it up. */
export function clusterPlanText(plan: ClusterPlan, { time }: Pick<Canvas, "time">): string {
  const { locations, needs, problems } = plan;
  // One whose rule cannot be read is among the problems.
  const disks = locations.flatMap(({ disks }) => disks.filter(({ rule }) => rule === undefined || rule.deltas));
  const failed = locations.filter(({ error }) => error !== undefined);
  const blocks = [
    ...disks.map((disk) => diskLines(disk, time).join("\n")),
    ...problems.map(({ id, reason, message }) => `${id}\n  none    ${reason}: ${message}`),
    ...failed.map(({ backend, location, error }) => {
      return `${backend} ${location}\n  error   it could not be listed, so that nothing is done there: ${error?.message}`;
    }),
    ...needs.flatMap(needLines),
  ];
  const creations = disks.filter(({ plan }) => plan.creation !== undefined).length;
  const deletions = disks.reduce((sum, { plan }) => sum + plan.deletions.length, 0);
  const sum = `Nothing was done. ${BASIS.replace(/^a/, "A")} would take ${creations} and delete ${deletions} on ${disks.length === 1 ? "one disk" : `${disks.length} disks`}.`;
  return `${[...blocks, sum].join("\n\n")}\n`;
}

/** Nothing where nothing is known of what the account allows. */
function needLines(need: ClusterPlan["needs"][number]): string[] {
  const sentence = describeNeed(need);
  if (sentence === undefined) return [];
  const remedy = remedyOf(need);
  const lines = [`${need.backend} ${need.location}`, `  limits  ${sentence}`];
  return [[...lines, ...(remedy === "" ? [] : [`  do      ${remedy}`])].join("\n")];
}

function diskJson(inspection: DiskInspection): object {
  const { backend, disk, rule, plan } = inspection;
  const { kept, waiting, deletions } = sorted(inspection);
  return {
    rule: rule?.id ?? null,
    deltas: rule?.deltas?.text ?? null,
    backend,
    location: disk.location,
    disk: disk.id,
    create: plan.creation ? { name: plan.creation.request.name, reason: plan.creation.reason } : null,
    delete: deletions.map(({ id, createdAt, why }) => ({ id, createdAt: instant(createdAt), reason: why })),
    keep: kept.map(({ id, createdAt, whys }) => ({ id, createdAt: instant(createdAt), reasons: whys })),
    wait: waiting.map(({ id, createdAt, why }) => ({ id, createdAt: instant(createdAt), reason: why })),
    deferrals: plan.deferrals.map((deferral) => ({
      reason: deferral.reason,
      defers: reasons[deferral.reason].defers,
      severity: reasons[deferral.reason].severity,
      count: deferral.count,
      until: instant(deferral.until) ?? null,
      message: describeDeferral(deferral),
    })),
    nextAt: instant(plan.dueAt) ?? null,
  };
}

function diskLines(inspection: DiskInspection, time: Canvas["time"]): string[] {
  const { backend, disk, rule, plan } = inspection;
  const title = rule === undefined ? "no rule any more" : `${rule.id} (${rule.deltas?.text})`;
  const { creation, deferrals, dueAt } = plan;
  const { kept, waiting, deletions } = sorted(inspection);
  const lines = [`${title}: ${backend} ${disk.location} ${disk.id}`];
  if (creation !== undefined) lines.push(`  take    ${creation.request.name} (${creationReasons[creation.reason]})`);
  for (const { id, why } of deletions) lines.push(`  delete  ${id}: ${why}`);
  for (const { id, createdAt, whys } of kept) {
    lines.push(`  keep    ${id} of ${time(createdAt)}: ${whys.join("; ")}`);
  }
  for (const { id, createdAt, why } of waiting) lines.push(`  wait    ${id} of ${time(createdAt)}: ${why}`);
  for (const deferral of deferrals) {
    const what = reasons[deferral.reason].defers === "nothing" ? "note " : "defer";
    lines.push(`  ${what}   ${deferral.reason}: ${describeDeferral(deferral)}`);
  }
  if (creation === undefined && dueAt !== undefined && Number.isFinite(dueAt)) lines.push(`  next    ${time(dueAt)}`);
  return lines;
}

const creationReasons = {
  first: "the first one",
  due: "it is due",
  asked: "someone asked for it",
  resolve: "to find out what became of a request whose answer was lost",
} as const satisfies Record<CreationAction["reason"], string>;

interface ExplainedDisk {
  readonly kept: readonly { readonly id: string; readonly createdAt: number; readonly whys: readonly string[] }[];

  /** The schedule does not keep them, and they do not go now. */
  readonly waiting: readonly ExplainedDeletion[];
  readonly deletions: readonly ExplainedDeletion[];
}

interface ExplainedDeletion extends Pick<DeletionAction, "id" | "createdAt"> {
  readonly why: string;
}

/** What goes now, by the plan; of the others what the schedule alone keeps, and what it does not. */
function sorted({ state, present, plan }: DiskInspection): ExplainedDisk {
  // What keeps a disk from being planned may keep it from being explained.
  const { kept = [], expired = [] } = isPlanned(plan) ? (explainRetention(state, present) ?? {}) : {};
  const reasonOf = new Map(expired.map(({ snapshot, reason }) => [snapshot.id, reason]));
  const going = new Set(plan.deletions.map(({ id }) => id));
  return {
    deletions: plan.deletions.map(({ id, createdAt, reason }) => ({
      id,
      createdAt,
      why: describeDeletion({ reason, why: reasonOf.get(id) }),
    })),
    kept: kept
      .filter(({ snapshot }) => !going.has(snapshot.id))
      .map(({ snapshot: { id, createdAt }, reasons }) => ({ id, createdAt, whys: reasons.map(describeKeepReason) })),
    waiting: expired
      .filter(({ snapshot }) => !going.has(snapshot.id))
      .map(({ snapshot: { id, createdAt }, reason }) => ({
        id,
        createdAt,
        why: describeExpireReason(reason, (by) => by.id),
      })),
  };
}

function instant(time: number | undefined): string | undefined {
  return time === undefined || !Number.isFinite(time) ? undefined : new Date(time).toISOString();
}
