import { access } from "node:fs/promises";
import { join } from "node:path";
import type { ClusterAccess } from "./cluster-access.ts";
import { KubeconfigError, kubeconfigAccess } from "./kubeconfig.ts";
import { SERVICE_ACCOUNT_FOLDER, serviceAccountAccess } from "./service-account.ts";

/** Where to look for the way to the API server. */
export interface ClusterAccessOptions {
  /** A kubeconfig file: `KUBE_CONFIG_FILE`. Where it is named, nothing else is tried. */
  readonly kubeConfigFile?: string | undefined;

  /** The user's folder; its `.kube/config` is next. Default: none. */
  readonly homeFolder?: string | undefined;

  /** `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`, which a pod has: the service account is last. */
  readonly serviceHost?: string | undefined;

  /** See {@link ClusterAccessOptions.serviceHost}. Default: 443. */
  readonly servicePort?: string | undefined;

  /** Default: {@link SERVICE_ACCOUNT_FOLDER}. */
  readonly serviceAccountFolder?: string | undefined;
}

/**
 * The way to the API server: the kubeconfig file that is named, else `~/.kube/config`, else the pod's service account.
 *
 * @throws {KubeconfigError} if a kubeconfig file is of no use
 * @throws if there is none of the three, saying what to set
 */
export async function loadClusterAccess(options: ClusterAccessOptions): Promise<ClusterAccess> {
  const { kubeConfigFile, homeFolder, serviceHost, servicePort = "443", serviceAccountFolder } = options;
  if (kubeConfigFile !== undefined) return kubeconfigAccess(kubeConfigFile);
  const own = homeFolder === undefined ? undefined : join(homeFolder, ".kube", "config");
  if (own !== undefined && (await exists(own))) return kubeconfigAccess(own);
  if (serviceHost !== undefined) {
    return serviceAccountAccess(serviceHost, servicePort, serviceAccountFolder ?? SERVICE_ACCOUNT_FOLDER);
  }
  const reason = "does not exist, and this is no pod: set KUBE_CONFIG_FILE to a kubeconfig file";
  throw new KubeconfigError(own ?? "~/.kube/config", reason);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
