import type { Snapshot } from "@k8s-snapshots/backend-api";
import type { ClusterObjects } from "@k8s-snapshots/k8s-source";
import {
  diskKey,
  type LocationPlan,
  locationKey,
  locationKeyOf,
  planLocations,
  type Rule,
} from "@k8s-snapshots/scheduler";
import { clusterIdentity } from "../cluster-identity.ts";
import type { KnownDisks } from "../coverage/judge-volume.ts";
import type { VolumeDisks } from "../coverage/volume-disks.ts";
import { type ClusterRules, readClusterRules } from "../rules/read-rules.ts";
import type { ResolvedRules } from "../rules/resolved-rules.ts";
import type { Session } from "../session.ts";
import { policyOf } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";

/** All that a command needs to know of a cluster: its objects, the rules that they declare, and their disks' snapshots. */
export interface ClusterReading {
  /** When it was read. */
  readonly now: Date;

  /** What tells this cluster's snapshots from those of others. */
  readonly cluster: string;

  /** Who was asked, in words. */
  readonly asked: string;
  readonly objects: ClusterObjects;

  /** What became of what each object declares. */
  readonly resolved: ResolvedRules;

  /** Which disks its volumes are; looked up where a rule names a disk by itself. */
  readonly disks: VolumeDisks;

  /** Each location where a rule has a disk: what the daemon would do there if it were started now. */
  readonly locations: readonly LocationPlan[];

  /** As the storage system has it; `undefined` where no list had it. */
  snapshot(backend: string, location: string, id: string): Snapshot | undefined;
}

/**
 * Reads a cluster's rules and lists the snapshots of every location that has a rule. Changes nothing.
 *
 * @param isMeant - which rules' locations are listed. Default: all
 * @throws {Error} if the cluster cannot be read: what failed, and why
 */
export async function readCluster(
  { access, client, registry }: Session,
  settings: Settings,
  isMeant: (rule: Rule, cluster: ClusterRules) => boolean = () => true,
): Promise<ClusterReading> {
  const rulesRead = await readClusterRules(client, registry, settings);
  const { objects, resolved, disks } = rulesRead;
  const identity = await clusterIdentity(settings, client);
  const places = new Set(resolved.rules.filter((rule) => isMeant(rule, rulesRead)).map(locationKeyOf));
  const snapshots = new Map<string, Snapshot>();
  // What a snapshot says of itself does not name its backend.
  const byPlace = Map.groupBy(
    resolved.rules.filter((rule) => places.has(locationKeyOf(rule))),
    ({ backend }) => backend,
  );
  const planned = await Promise.all(
    [...byPlace].map(([backend, rules]) =>
      planLocations({
        backends: registry.loaded,
        ...identity,
        rules,
        unresolved: resolved.unresolved,
        policy: policyOf(settings),
        onSnapshot: (snapshot) =>
          void snapshots.set(JSON.stringify([backend, snapshot.location, snapshot.id]), snapshot),
      }),
    ),
  );
  return {
    now: new Date(),
    cluster: identity.cluster,
    asked: `${access.server} and its storage systems`,
    objects,
    resolved,
    disks,
    locations: planned.flat(),
    snapshot: (backend, location, id) => snapshots.get(JSON.stringify([backend, location, id])),
  };
}

/** What is known of the disks of a reading, as coverage asks for it. */
export function knownDisks({ locations }: Pick<ClusterReading, "locations">): KnownDisks {
  const plans = new Map(
    locations.flatMap(({ disks }) => disks.map(({ backend, disk, plan }) => [diskKey(backend, disk), plan] as const)),
  );
  const errors = new Map(
    locations.map(({ backend, location, error }) => [locationKey({ backend, location }), error] as const),
  );
  return {
    lastPlan: ({ backend, disk }) => plans.get(diskKey(backend, disk)),
    errorOf: (rule) => errors.get(locationKeyOf(rule)),
  };
}
