import { type Deferral, describeDeferral, type LocationPlan, type Reason } from "@k8s-snapshots/scheduler";
import type { DiskMigration } from "./disk-migration.ts";
import type { Change, Decision } from "./migration.ts";

/** What a person has to decide where a disk's plan has such a reason. */
const remedies: Partial<Record<Reason, string>> = {
  Unclaimed:
    "with --cluster-id-former for a cluster that is gone they are taken over; else delete by hand those that nobody needs",
  ScheduleImpossible: "write deltas that need fewer",
  LimitReached: "write deltas that need fewer, raise the limit, or delete what is not needed",
  NamespaceLimit: "set --max-snapshots-per-namespace, or write deltas that need fewer",
  BreakerOpen: "find out what makes them, and stop it",
  DeletionsSuspended: "correct that object",
  PlanFailed: "report it",
};

/** What is only worth knowing of a disk. */
const worthKnowing: ReadonlySet<Reason> = new Set<Reason>([
  ...(["IntervalTooShort", "FutureDated", "Copies", "OtherTool", "Stuck", "Unknown", "HeldByLabel"] as const),
  "OtherCluster",
]);

/** What has to be decided of disks, and what is not as it was. */
export function diskDecisions(
  disks: readonly DiskMigration[],
  locations: readonly LocationPlan[],
): { readonly decisions: readonly Decision[]; readonly changes: readonly Change[] } {
  const decisions: Decision[] = [];
  const changes: Change[] = [];
  for (const { backend, location, error } of locations) {
    if (error === undefined) continue;
    const about = `${backend} ${location}`;
    const remedy = "correct the access: what is there is not known before it can be listed";
    decisions.push({ about, problem: `it could not be listed: ${error.message}`, remedy });
  }
  for (const disk of disks) {
    const about = disk.rule ?? `${disk.backend} ${disk.location} ${disk.disk}`;
    for (const deferral of deferralsOf(disk)) {
      const remedy = remedies[deferral.reason];
      if (remedy !== undefined) decisions.push({ about, problem: describeDeferral(deferral), remedy });
      else if (worthKnowing.has(deferral.reason)) changes.push({ about, what: describeDeferral(deferral) });
    }
  }
  return { decisions, changes };
}

/** Those of now, and those that come up when the core is run ahead. */
function deferralsOf({ deferrals, foresight }: DiskMigration): readonly Deferral[] {
  const now = new Set(deferrals.map(({ reason }) => reason));
  const later = foresight?.deferrals.filter(({ reason }) => !now.has(reason) && reason in remedies) ?? [];
  return [...deferrals, ...later];
}
