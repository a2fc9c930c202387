import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClusterAccess } from "./cluster-access.ts";

/** Where a pod finds its service account. */
export const SERVICE_ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * The access that a pod has by its service account. The token is read for each request: the kubelet replaces it about
 * once an hour.
 *
 * @param host - `KUBERNETES_SERVICE_HOST`
 * @param port - `KUBERNETES_SERVICE_PORT`
 * @throws if the folder does not hold what a pod has there
 * @see {@link https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/}
 */
export async function serviceAccountAccess(
  host: string,
  port: string,
  folder: string = SERVICE_ACCOUNT_FOLDER,
): Promise<ClusterAccess> {
  const [certificateAuthority, namespace] = await Promise.all([
    readFile(join(folder, "ca.crt"), "utf8"),
    readFile(join(folder, "namespace"), "utf8"),
  ]);
  return {
    origin: "the pod's service account",
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    namespace: namespace.trim(),
    certificateAuthority,
    async credentials() {
      const token = await readFile(join(folder, "token"), "utf8");
      return { headers: { authorization: `Bearer ${token.trim()}` } };
    },
  };
}
