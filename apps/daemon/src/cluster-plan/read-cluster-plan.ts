import type { LocationPlan, Plan } from "@k8s-snapshots/scheduler";
import { readCluster } from "../cluster-reading/read-cluster.ts";
import type { Finding } from "../rules/resolved-rule.ts";
import { openSession } from "../session.ts";
import type { Settings } from "../settings/settings.ts";

/** What the daemon would do in a cluster, if it were started now. */
export interface ClusterPlan {
  /** When it was made. */
  readonly now: Date;

  /** What tells this cluster's snapshots from those of others. */
  readonly cluster: string;

  readonly locations: readonly LocationPlan[];

  /** Objects that ask for snapshots and get none. */
  readonly problems: readonly Finding[];
}

/**
 * Reads the cluster's rules and the snapshots that their disks have, and plans. Changes nothing.
 *
 * @throws {Error} if the cluster cannot be read, or a backend that `BACKENDS` names cannot be loaded
 */
export async function readClusterPlan(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ClusterPlan> {
  await using session = await openSession(settings, environment);
  const { now, cluster, locations, resolved } = await readCluster(session, settings);
  return { now, cluster, locations, problems: resolved.findings };
}

/** Whether everything could be read that the plan is made of, and each disk be planned. */
export function isWhole({ locations, problems }: ClusterPlan): boolean {
  return (
    locations.every(({ error, disks }) => error === undefined && disks.every(({ plan }) => isPlanned(plan))) &&
    problems.every(({ failure }) => failure === undefined)
  );
}

/** Whether planning the disk did not throw (safety rule 9). */
export function isPlanned({ deferrals }: Plan): boolean {
  return deferrals.every(({ reason }) => reason !== "PlanFailed");
}
