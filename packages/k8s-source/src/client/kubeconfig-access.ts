import { readFileSync } from "node:fs";
import type { Cluster, KubeConfig, User } from "@kubernetes/client-node";
import type { ClusterAccess } from "./cluster-access.ts";
import { impersonations } from "./impersonation.ts";

/**
 * The access that a kubeconfig gives, by the official client: tokens and their files, certificates, plugins, OIDC,
 * impersonation. The requests themselves are ours.
 *
 * @param read - reads the kubeconfig: now, and for the first request after its credentials were refused
 * @param originOf - says where it is from, for people
 */
export function kubeconfigAccess(read: () => KubeConfig, originOf: (config: KubeConfig) => string): ClusterAccess {
  const first = withoutAgent(read());
  const cluster = first.getCurrentCluster() as Cluster;
  const namespace = first.getContextObject(first.getCurrentContext())?.namespace;
  const certificateAuthority = authorityOf(cluster);
  let config: KubeConfig | undefined = first;
  return {
    server: cluster.server,
    origin: originOf(first),
    ...(namespace && { namespace }),
    ...(certificateAuthority && { certificateAuthority }),
    ...(cluster.tlsServerName && { tlsServerName: cluster.tlsServerName }),
    ...(cluster.proxyUrl && { proxyUrl: cluster.proxyUrl }),
    skipTlsVerify: cluster.skipTLSVerify,
    async credentials() {
      const options: Parameters<KubeConfig["applyToHTTPSOptions"]>[0] = {};
      config ??= withoutAgent(read());
      await config.applyToHTTPSOptions(options);
      const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [
        name.toLowerCase(),
        `${value}`.trim(),
      ]);
      if (options.auth) headers.push(["authorization", `Basic ${Buffer.from(options.auth).toString("base64")}`]);
      return {
        headers: { ...Object.fromEntries(headers), ...impersonations.get(config.getCurrentUser() as User) },
        ...(options.cert && { certificate: options.cert.toString() }),
        ...(options.key && { key: options.key.toString() }),
      };
    },
    forget() {
      config = undefined;
    },
  };
}

function authorityOf({ caFile, caData }: Cluster): string | undefined {
  if (caData) return Buffer.from(caData, "base64").toString("utf8");
  return caFile ? readFileSync(caFile, "utf8") : undefined;
}

/** The client makes an agent that is not used here, and refuses plain HTTP, by which a `kubectl proxy` is reached. */
function withoutAgent(config: KubeConfig): KubeConfig {
  return Object.assign(config, { createAgent: () => undefined });
}
