import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ClusterAccess } from "./cluster-access.ts";
import { kubeconfigAccess } from "./kubeconfig-access.ts";
import { KubeconfigError } from "./kubeconfig-error.ts";
import { podKubeconfig, SERVICE_ACCOUNT_FOLDER } from "./pod-kubeconfig.ts";

/** Where to look for the way to the API server. */
export interface ClusterAccessOptions {
  /** Kubeconfig files, merged as kubectl merges them. Where one is named, nothing else is tried. Default: none. */
  readonly kubeconfigFiles?: readonly string[] | undefined;

  /** A context of the kubeconfig. Default: the one that the files choose. */
  readonly context?: string | undefined;

  /** The user's folder; its `.kube/config` is next. Default: none. */
  readonly homeFolder?: string | undefined;

  /** `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`, which a pod has: the service account is last. */
  readonly serviceHost?: string | undefined;

  /** See {@link ClusterAccessOptions.serviceHost}. Default: 443. */
  readonly servicePort?: string | undefined;

  /** Default: `/var/run/secrets/kubernetes.io/serviceaccount`. */
  readonly serviceAccountFolder?: string | undefined;

  /**
   * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or not. As kubectl has it, they count where the kubeconfig has no
   * `proxy-url`, and not for this machine itself. A pod's service account is for a server in the cluster's own network, and
   * needs no proxy. Default: none.
   */
  readonly proxyEnvironment?: Readonly<Record<string, string | undefined>> | undefined;
}

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * The way to the API server: the kubeconfig files that are named, else `~/.kube/config`, else the pod's service account.
 *
 * @throws {KubeconfigError} if a kubeconfig is of no use, or there is none of the three, saying what to set
 */
export async function loadClusterAccess(options: ClusterAccessOptions): Promise<ClusterAccess> {
  const { kubeconfigFiles = [], context, homeFolder, serviceHost, servicePort = "443" } = options;
  const own = homeFolder === undefined ? undefined : join(homeFolder, ".kube", "config");
  const files = kubeconfigFiles.length === 0 && own !== undefined && existsSync(own) ? [own] : kubeconfigFiles;
  if (files.length > 0) {
    // Reads YAML, which a pod has no need of.
    const { readKubeconfig } = await import("./read-kubeconfig.ts");
    const access = kubeconfigAccess(
      () => readKubeconfig(files, context),
      (config) => `context ${config.getCurrentContext()} of ${files.join(", ")}`,
    );
    const { proxyEnvironment } = options;
    const isElsewhere = !loopback.test(URL.parse(access.server)?.hostname ?? "");
    return { ...access, ...(proxyEnvironment && isElsewhere && { proxyEnvironment }) };
  }
  if (serviceHost !== undefined && context === undefined) {
    const folder = options.serviceAccountFolder ?? SERVICE_ACCOUNT_FOLDER;
    return kubeconfigAccess(
      () => podKubeconfig(serviceHost, servicePort, folder),
      () => "the pod's service account",
    );
  }
  const isMissing = context === undefined ? "and this is no pod" : `and context ${context} would be in one`;
  const reason = `does not exist, ${isMissing}: set KUBECONFIG to a kubeconfig file`;
  throw new KubeconfigError(own ?? "~/.kube/config", reason);
}
