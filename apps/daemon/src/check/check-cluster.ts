import type { AccessCheck } from "@k8s-snapshots/backend-api";
import {
  clusterIdPermission,
  hasPermission,
  type KubernetesClient,
  leasePermissions,
  permissionName,
  type RequiredPermission,
  requiredPermissions,
  type ServedDefinition,
  servedDefinition,
} from "@k8s-snapshots/k8s-source";
import { clusterIdentity } from "../cluster-identity.ts";
import type { Settings } from "../settings/settings.ts";

/** What the cluster allows and has. */
export interface ClusterCheck {
  /** `list persistentvolumes`, each with what it is for or what to do. */
  readonly permissions: readonly AccessCheck[];

  readonly definition: DefinitionCheck;

  readonly identity: IdentityCheck;
}

/** What tells this cluster's snapshots from those of others. */
export interface IdentityCheck {
  readonly status: "known" | "unknown";

  /** As it stands on snapshots; absent while it is unknown. */
  readonly cluster?: string;

  /** Where it is from, or why it is unknown. */
  readonly detail: string;
}

/** The definition of SnapshotRules. */
export interface DefinitionCheck {
  /** `unknown`: the API server did not say. */
  readonly status: ServedDefinition["state"] | "unknown";

  /** What to do about it, or why it is unknown. */
  readonly detail: string;
}

/** Puts the definition of this version into a cluster. */
export const INSTALL = "k8s-snapshots crd | kubectl apply -f -";

/** Asks the API server what whoever asks may do, and which definition of SnapshotRules it has. Never rejects. */
export async function checkCluster(
  client: Pick<KubernetesClient, "request" | "namespace">,
  settings: Settings,
): Promise<ClusterCheck> {
  const [definition, identity, ...permissions] = await Promise.all([
    servedDefinition(client).then(aboutDefinition, unknown),
    checkIdentity(client, settings),
    ...permissionsFor(settings, client.namespace).map(async (permission): Promise<AccessCheck> => {
      const answer = hasPermission(client, permission).then((has) => aboutPermission(has, permission.purpose), unknown);
      return { permission: permissionName(permission), ...(await answer) };
    }),
  ]);
  return { permissions, definition, identity };
}

function permissionsFor(
  { clusterId, leaderElection }: Settings,
  namespace: string = "default",
): readonly RequiredPermission[] {
  const needed = requiredPermissions.filter((one) => one !== clusterIdPermission || clusterId === undefined);
  return leaderElection ? [...needed, ...leasePermissions(namespace)] : needed;
}

/** Whether the daemon can do all its work in the cluster. */
export function isClusterFine({ permissions, definition, identity }: ClusterCheck): boolean {
  return (
    permissions.every(({ status }) => status === "granted") &&
    definition.status === "current" &&
    identity.status === "known"
  );
}

async function checkIdentity(client: Pick<KubernetesClient, "request">, settings: Settings): Promise<IdentityCheck> {
  try {
    const { cluster, formerClusters } = await clusterIdentity(settings, client);
    const source = settings.clusterId === undefined ? "the uid of namespace kube-system" : "CLUSTER_ID";
    const former = formerClusters.length === 0 ? "" : `; takes over those of ${formerClusters.join(", ")}`;
    return { status: "known", cluster, detail: `${source}${former}` };
  } catch (error) {
    return unknown(error);
  }
}

function aboutPermission(has: boolean, purpose: string): Omit<AccessCheck, "permission"> {
  if (has) return { status: "granted", detail: purpose };
  return { status: "missing", detail: `${purpose}; deploy/manifests/k8s-snapshots.yaml has a role that grants it` };
}

function aboutDefinition(served: ServedDefinition): DefinitionCheck {
  switch (served.state) {
    case "current":
      return { status: "current", detail: "it is the one of this version" };
    case "absent":
      return { status: "absent", detail: `annotations work without it; to have it: ${INSTALL}` };
    case "outdated": {
      const fields = served.fields.join(", ");
      return { status: "outdated", detail: `it is of another version, and differs in ${fields}: ${INSTALL}` };
    }
  }
}

function unknown(error: unknown): { readonly status: "unknown"; readonly detail: string } {
  return { status: "unknown", detail: error instanceof Error ? error.message : String(error) };
}
