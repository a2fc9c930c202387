import { annotationKeys } from "@k8s-snapshots/k8s-source";
import { type ClusterReading, knownDisks, readCluster } from "../cluster-reading/read-cluster.ts";
import { openSession } from "../session.ts";
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
  const reading = await readCluster(session, settings);
  const { now, cluster, asked } = reading;
  return { now, cluster, asked, volumes: coverageIn(reading, settings) };
}

/** The coverage of a cluster that was read, the least safe first. */
export function coverageIn(reading: ClusterReading, settings: Pick<Settings, "deltasAnnotationKey">): VolumeCoverage[] {
  const sources = {
    objects: reading.objects,
    rules: reading.resolved.all,
    known: knownDisks(reading),
    disks: reading.disks,
    excludeKey: annotationKeys(settings.deltasAnnotationKey).exclude,
  };
  const now = reading.now.getTime();
  return coverageOf(sources, now).sort(byRisk(now));
}
