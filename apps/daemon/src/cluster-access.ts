import { homedir } from "node:os";
import { type ClusterAccess, loadClusterAccess } from "@k8s-snapshots/k8s-source";
import type { Settings } from "./settings/settings.ts";

const proxyVariable = /^(?:HTTPS?_PROXY|NO_PROXY)$/i;

/**
 * The way to the API server that the settings name, else the usual one.
 *
 * @throws {Error} if there is none: one line that says what was tried
 */
export function openCluster(
  { kubeConfigFile, kubeconfig, context }: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ClusterAccess> {
  return loadClusterAccess({
    kubeconfigFiles: kubeConfigFile === undefined ? kubeconfig : [kubeConfigFile],
    context,
    homeFolder: homedir(),
    serviceHost: environment["KUBERNETES_SERVICE_HOST"],
    servicePort: environment["KUBERNETES_SERVICE_PORT"],
    proxyEnvironment: Object.fromEntries(Object.entries(environment).filter(([name]) => proxyVariable.test(name))),
  });
}
