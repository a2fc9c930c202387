import { KubernetesApiError, type KubernetesClient, readClusterId } from "@k8s-snapshots/k8s-source";
import type { Settings } from "./settings/settings.ts";

/** Whose snapshots are ours, as the scheduler takes it. */
export interface ClusterIdentity {
  readonly cluster: string;
  readonly formerClusters: readonly string[];
}

/**
 * The identity that the settings name, else the cluster's own.
 *
 * @throws {Error} if it cannot be determined: one line that says what to do
 */
export async function clusterIdentity(
  { clusterId, formerClusterIds = [] }: Settings,
  client: Pick<KubernetesClient, "request">,
): Promise<ClusterIdentity> {
  return { cluster: clusterId ?? (await idOf(client)), formerClusters: formerClusterIds };
}

async function idOf(client: Pick<KubernetesClient, "request">): Promise<string> {
  try {
    return await readClusterId(client);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const remedy =
      error instanceof KubernetesApiError && error.status === 403
        ? "grant get on it, as deploy/manifests/k8s-snapshots.yaml does, or set CLUSTER_ID"
        : "set CLUSTER_ID, or correct the access to the cluster";
    throw new Error(`cannot read the namespace kube-system, whose uid names this cluster: ${why}; ${remedy}`, {
      cause: error,
    });
  }
}
