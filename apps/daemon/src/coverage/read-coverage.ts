import { annotationKeys } from "@k8s-snapshots/k8s-source";
import { diskKey, planLocations, type Rule } from "@k8s-snapshots/scheduler";
import { clusterIdentity } from "../cluster-identity.ts";
import { readClusterRules } from "../rules/read-rules.ts";
import { openSession } from "../session.ts";
import { policyOf } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";
import { byRisk, coverageOf } from "./cluster-coverage.ts";
import type { VolumeCoverage } from "./volume-coverage.ts";

/** Every claim and volume of a cluster, the least safe first. */
export interface ClusterCoverage {
  /** When it was read. */
  readonly now: Date;

  /** What tells this cluster's snapshots from those of others. */
  readonly cluster: string;

  /** Who was asked: the cluster and the storage systems themselves, or a daemon. */
  readonly asked: string;
  readonly volumes: readonly VolumeCoverage[];
}

/**
 * Reads the cluster's volumes and rules, and lists the snapshots of every location that has a rule. Changes nothing.
 *
 * @throws {Error} if the cluster cannot be read, or a backend that `BACKENDS` names cannot be loaded
 */
export async function readCoverage(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ClusterCoverage> {
  await using session = await openSession(settings, environment);
  const { access, client, registry } = session;
  const { objects, resolved } = await readClusterRules(client, registry, settings);
  const identity = await clusterIdentity(settings, client);
  const { rules, unresolved } = resolved;
  const policy = policyOf(settings);
  const locations = await planLocations({ backends: registry.loaded, ...identity, rules, unresolved, policy });
  const plans = new Map(
    locations.flatMap(({ disks }) => disks.map(({ backend, disk, plan }) => [diskKey(backend, disk), plan] as const)),
  );
  const errors = new Map(locations.map(({ backend, location, error }) => [`${backend} ${location}`, error]));
  const now = new Date();
  const sources = {
    objects,
    rules: resolved.all,
    known: {
      lastPlan: ({ backend, disk }: Rule) => plans.get(diskKey(backend, disk)),
      errorOf: ({ backend, disk }: Rule) => errors.get(`${backend} ${disk.location}`),
    },
    excludeKey: annotationKeys(settings.deltasAnnotationKey).exclude,
  };
  const volumes = coverageOf(sources, now.getTime()).sort(byRisk(now.getTime()));
  return { now, cluster: identity.cluster, asked: `${access.server} and its storage systems`, volumes };
}
