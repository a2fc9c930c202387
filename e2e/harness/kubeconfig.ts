import { readFile, writeFile } from "node:fs/promises";

/** Which server, as whom. */
export interface KubeconfigContent {
  readonly server: string;
  /** Left out for plain HTTP. */
  readonly caFile?: string;
  readonly user: string;
  readonly token?: string;

  /** Default: none, which counts as `default`. */
  readonly namespace?: string;
}

/**
 * Writes a kubeconfig file, in JSON, which is YAML too.
 *
 * @see {@link https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/}
 */
export async function writeKubeconfig(path: string, content: KubeconfigContent): Promise<void> {
  const { server, caFile, user, token, namespace } = content;
  const authority =
    caFile === undefined ? {} : { "certificate-authority-data": (await readFile(caFile)).toString("base64") };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server, ...authority } }],
    users: [{ name: user, user: token === undefined ? {} : { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user, ...(namespace && { namespace }) } }],
    "current-context": "test",
  };
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
}
