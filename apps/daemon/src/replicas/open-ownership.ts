import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import {
  hasPermission,
  type KubernetesClient,
  Leases,
  leasePermissions,
  permissionName,
} from "@k8s-snapshots/k8s-source";
import { alwaysOwner, LeaseOwnership, type LocationOwnership, systemClock } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { logSourceEvents } from "../observability/log-source-events.ts";
import type { Settings } from "../settings/settings.ts";
import { createLeaseStore, GROUP_LABEL } from "./kubernetes-lease-store.ts";
import { logOwnership } from "./log-ownership.ts";

/** Which locations this daemon serves, among its replicas. */
export interface Ownership {
  readonly locations: LocationOwnership;

  /** Why this replica can serve nothing; `undefined` if it can. */
  trouble(): string | undefined;

  /** Works until `stop` fires and all locations were released. */
  run(stop: AbortSignal): Promise<void>;
}

const alone: Ownership = {
  locations: alwaysOwner,
  trouble: () => undefined,
  run: async () => {},
};

/**
 * Joins the replicas, unless this daemon is to run alone.
 *
 * @throws {Error} if it may not keep Leases: it would never serve anything
 */
export async function openOwnership(
  settings: Pick<Settings, "leaderElection" | "leaderElectionId">,
  client: KubernetesClient,
  logger: Logger,
): Promise<Ownership> {
  if (!settings.leaderElection) return alone;
  const { leaderElectionId: group } = settings;
  const namespace = client.namespace ?? "default";
  await assertPermissions(client, namespace);
  const leases = new Leases({
    client,
    namespace,
    labelSelector: `${GROUP_LABEL}=${group}`,
    onEvent: logSourceEvents(logger),
  });
  const ownership = new LeaseOwnership({
    store: createLeaseStore({ leases, group }),
    clock: systemClock,
    newMember: memberName,
    onEvent: logOwnership(logger),
  });
  return {
    locations: ownership,
    trouble: () => (ownership.isMember ? undefined : "this replica has no Lease: the log says why"),
    run: (stop) => ownership.run(stop),
  };
}

/** Of the pod, as far as the name of a Lease may be that long, and of this one life of it. */
function memberName(): string {
  const pod = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .slice(0, 100)
    .replaceAll(/^-+|-+$/g, "");
  return `${pod}-${randomBytes(4).toString("hex")}`;
}

async function assertPermissions(client: KubernetesClient, namespace: string): Promise<void> {
  const missing: string[] = [];
  // One after the other, by one connection.
  for (const permission of leasePermissions(namespace)) {
    // One that cannot be asked about may be there.
    const has = await hasPermission(client, permission).catch(() => true);
    if (!has) missing.push(permissionName(permission));
  }
  if (missing.length === 0) return;
  throw new Error(
    `cannot keep Leases in namespace ${namespace}: not allowed to ${missing.join(", ")}; ` +
      "apply the Role of the chart or of deploy/manifests, or set LEADER_ELECTION=false where only one daemon runs",
  );
}
