import { describeKeepReason } from "@k8s-snapshots/retention";
import type { DiskInspection } from "@k8s-snapshots/scheduler";
import { whyDeleted } from "../observability/log-scheduler-events.ts";
import type { ClusterPlan } from "./read-cluster-plan.ts";

/**
 * `{now, disks: [{rule, deltas, backend, location, disk, create, delete, keep, holds, nextAt}], problems: [{rule,
 * reason, message}], errors: [{backend, location, code, message}]}`: times in ISO 8601, what is not there is `null`.
 */
export function clusterPlanJson({ now, locations, problems }: ClusterPlan): string {
  const document = {
    now: now.toISOString(),
    disks: locations.flatMap(({ disks }) => disks.map(diskJson)),
    problems: problems.map(({ id, reason, message }) => ({ rule: id, reason, message })),
    errors: locations.flatMap(({ backend, location, error }) => {
      return error === undefined ? [] : [{ backend, location, code: error.code, message: error.message }];
    }),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** A block for each disk, then what has no disk, then what could not be read, and a last line that sums it up. */
export function clusterPlanText(plan: ClusterPlan): string {
  const { locations, problems } = plan;
  // One whose rule cannot be read is among the problems.
  const disks = locations.flatMap(({ disks }) => disks.filter(({ rule }) => rule === undefined || rule.deltas));
  const failed = locations.filter(({ error }) => error !== undefined);
  const blocks = [
    ...disks.map((disk) => diskLines(disk).join("\n")),
    ...problems.map(({ id, reason, message }) => `${id}\n  none    ${reason}: ${message}`),
    ...failed.map(({ backend, location, error }) => {
      return `${backend} ${location}\n  error   it could not be listed, so that nothing is done there: ${error?.message}`;
    }),
  ];
  const creations = disks.filter(({ plan }) => plan.creation !== undefined).length;
  const deletions = disks.reduce((sum, { plan }) => sum + plan.deletions.length, 0);
  const sum = `Nothing was done. The daemon would take ${creations} and delete ${deletions} on ${disks.length === 1 ? "one disk" : `${disks.length} disks`}.`;
  return `${[...blocks, sum].join("\n\n")}\n`;
}

function diskJson({ backend, disk, rule, plan }: DiskInspection): object {
  return {
    rule: rule?.id ?? null,
    deltas: rule?.deltas?.text ?? null,
    backend,
    location: disk.location,
    disk: disk.id,
    create: plan.creation ? { name: plan.creation.request.name, reason: plan.creation.reason } : null,
    delete: plan.deletions.map((deletion) => ({ id: deletion.snapshot.id, reason: whyDeleted(deletion) })),
    keep: plan.kept.map(({ snapshot, reasons }) => ({
      id: snapshot.id,
      createdAt: snapshot.createdAt.toISOString(),
      reasons: reasons.map(describeKeepReason),
    })),
    holds: plan.holds.map(({ what, reason, message, snapshots }) => ({
      what,
      reason,
      message,
      snapshots: snapshots.map(({ id }) => id),
    })),
    nextAt: plan.dueAt === undefined ? null : new Date(plan.dueAt).toISOString(),
  };
}

function diskLines({ backend, disk, rule, plan }: DiskInspection): string[] {
  const title = rule === undefined ? "no rule any more" : `${rule.id} (${rule.deltas?.text})`;
  const { creation, deletions, kept, holds, dueAt } = plan;
  const lines = [`${title}: ${backend} ${disk.location} ${disk.id}`];
  if (creation !== undefined) lines.push(`  take    ${creation.request.name} (${reasons[creation.reason]})`);
  for (const deletion of deletions) lines.push(`  delete  ${deletion.snapshot.id}: ${whyDeleted(deletion)}`);
  for (const { snapshot, reasons } of kept) {
    const why = reasons.map(describeKeepReason).join("; ");
    lines.push(`  keep    ${snapshot.id} of ${snapshot.createdAt.toISOString()}: ${why}`);
  }
  for (const { what, reason, message, snapshots } of holds) {
    const which = snapshots.map(({ id }) => id).join(", ");
    lines.push(`  hold    ${what} ${reason}: ${message}${which === "" ? "" : ` (${which})`}`);
  }
  if (creation === undefined && dueAt !== undefined) lines.push(`  next    ${new Date(dueAt).toISOString()}`);
  return lines;
}

const reasons = { first: "the first one", due: "it is due", settle: "to settle a lost answer" } as const;
