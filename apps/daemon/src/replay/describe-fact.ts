import { describeDeferral, type Plan } from "@k8s-snapshots/scheduler";
import type { ReplayStep } from "@k8s-snapshots/scheduler/trace";

/** What happened, in words. */
export function describeFact({ fact }: Pick<ReplayStep, "fact">): string {
  switch (fact.type) {
    case "rule.changed":
      return fact.rule === undefined
        ? "no rule names the disk any more"
        : `the rule is ${fact.rule.id}: ${fact.rule.deltas?.text ?? "deltas that cannot be read"}`;
    case "disk.listed":
      return `a whole list, begun ${Math.round(fact.list.endedAt - fact.list.begunAt)} ms before, shows ${counted(fact.snapshots)}`;
    case "snapshot.read":
      return fact.snapshot === undefined
        ? `${fact.id} was read by itself: it is gone`
        : `${fact.id} was read by itself: ${fact.snapshot.state}`;
    case "creation.sent":
      return `${fact.request.name} was requested`;
    case "creation.accepted":
      return `${fact.snapshot.id} was begun: ${fact.snapshot.state}`;
    case "creation.refused":
      return `the request failed (${errorOf(fact.error)})`;
    case "deletion.sent":
      return `the deletion of ${fact.id} was sent`;
    case "deletion.done":
      return `${fact.id} is deleted`;
    case "deletion.refused":
      return `the deletion of ${fact.id} failed (${errorOf(fact.error)})`;
  }
}

/** What the core makes of a disk, a line each. */
export function describePlan(plan: Plan): string[] {
  const { creation, deletions, deferrals, dueAt } = plan;
  return [
    ...(creation === undefined ? [] : [`take ${creation.request.name} (${creation.reason})`]),
    ...(deletions.length === 0 ? [] : [`delete ${deletions.map(({ id, reason }) => `${id} (${reason})`).join(", ")}`]),
    ...deferrals.map((deferral) => `${deferral.reason}: ${describeDeferral(deferral)}`),
    ...(creation === undefined && dueAt !== undefined && Number.isFinite(dueAt)
      ? [`next ${new Date(dueAt).toISOString()}`]
      : []),
  ];
}

function counted(snapshots: readonly { readonly state: string }[]): string {
  if (snapshots.length === 0) return "no snapshots";
  return Object.entries(Object.groupBy(snapshots, ({ state }) => state))
    .map(([state, ofState = []]) => `${ofState.length} ${state}`)
    .join(", ");
}

function errorOf({ code, message, outcome }: { code: string; message: string; outcome: string }): string {
  return `${code}${outcome === "unknown" ? ", answer lost" : ""}: ${message}`;
}
