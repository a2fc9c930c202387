import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";

/** Where a pod finds its service account. */
export const SERVICE_ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * What a pod has by its service account, as a kubeconfig. The token is read again after a minute: the kubelet replaces it
 * about once an hour.
 *
 * @param host - `KUBERNETES_SERVICE_HOST`
 * @param port - `KUBERNETES_SERVICE_PORT`
 * @throws if the folder does not hold what a pod has there
 * @see {@link https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/}
 */
export function podKubeconfig(host: string, port: string, folder: string): KubeConfig {
  const server = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const tokenFile = join(folder, "token");
  const namespace = readFileSync(join(folder, "namespace"), "utf8").trim();
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: "pod", server, caFile: join(folder, "ca.crt"), skipTLSVerify: false }],
    users: [{ name: "pod", authProvider: { name: "tokenFile", config: { tokenFile } } }],
    contexts: [{ name: "pod", cluster: "pod", user: "pod", namespace }],
    currentContext: "pod",
  });
  return config;
}
