import type { KubeConfig } from "@kubernetes/client-node";
import type { ClusterAccess } from "./cluster-access.ts";

/**
 * Credentials of a kubeconfig whose user has an `exec` plugin or an `auth-provider`, as those of cloud clusters have on
 * people's own machines. The official client knows how to run these; it is loaded only for them, since it doubles the
 * memory that the process takes.
 */
export function pluginCredentials(file: string): Pick<ClusterAccess, "credentials" | "forget"> {
  let loaded: Promise<KubeConfig> | undefined;
  return {
    async credentials() {
      loaded ??= load(file).catch((error: unknown) => {
        loaded = undefined;
        throw error;
      });
      const options: Parameters<KubeConfig["applyToHTTPSOptions"]>[0] = {};
      await (await loaded).applyToHTTPSOptions(options);
      const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), `${value}`]);
      return {
        headers: Object.fromEntries(headers) as Record<string, string>,
        ...(options.cert && { certificate: options.cert.toString() }),
        ...(options.key && { key: options.key.toString() }),
      };
    },
    forget() {
      loaded = undefined;
    },
  };
}

async function load(file: string): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  // Other contexts of the file are none of ours, broken ones least of all.
  config.loadFromFile(file, { onInvalidEntry: "filter" });
  const exec = config.getCurrentUser()?.exec;
  // kubectl sets it, the client does not, and some plugins insist.
  if (exec) exec.env = [...(exec.env ?? []), execInfo(exec)];
  return config;
}

/** @see {@link https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats} */
function execInfo(exec: { readonly apiVersion?: string }): { name: string; value: string } {
  const info = { kind: "ExecCredential", apiVersion: exec.apiVersion, spec: { interactive: false } };
  return { name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(info) };
}
