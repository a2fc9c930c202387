import type { SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { LocationContext, LocationPlan, Plan } from "@k8s-snapshots/scheduler";
import { type AccountNeed, accountNeed } from "../account-limits/account-need.ts";
import { readCluster } from "../cluster-reading/read-cluster.ts";
import type { Finding } from "../rules/resolved-rule.ts";
import { openSession } from "../session.ts";
import type { Settings } from "../settings/settings.ts";

const LIMITS_TIMEOUT_MS = 30_000;

/** What the daemon would do in a cluster, if it were started now. */
export interface ClusterPlan {
  /** When it was made. */
  readonly now: Date;

  /** What tells this cluster's snapshots from those of others. */
  readonly cluster: string;

  readonly locations: readonly LocationPlan[];

  /** What the rules of each location that could be listed need, beside what the account allows. */
  readonly needs: readonly (AccountNeed & LocationContext)[];

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
  const needs = await Promise.all(
    locations
      .filter(({ error }) => error === undefined)
      .map((location) => needAt(location, session.registry.loaded.get(location.backend), settings)),
  );
  return { now, cluster, locations, needs: needs.flat(), problems: resolved.findings };
}

async function needAt(
  { backend, location, disks, listed }: LocationPlan,
  storage: SnapshotBackend | undefined,
  { minInterval }: Settings,
): Promise<readonly (AccountNeed & LocationContext)[]> {
  if (storage === undefined) return [];
  // Limits that cannot be read keep nothing from being planned.
  const limits = await storage
    .readLimits?.(location, { signal: AbortSignal.timeout(LIMITS_TIMEOUT_MS) })
    .catch(() => undefined);
  const deltas = disks.flatMap(({ rule }) => rule?.deltas ?? []);
  const ours = [...listed.values()].reduce((sum, snapshots) => sum + snapshots.length, 0);
  const need = accountNeed({ deltas, minInterval, capabilities: storage.capabilities, limits, ours });
  return [{ backend, location, ...need }];
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
