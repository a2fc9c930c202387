import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { stringify } from "yaml";
import { type LoopbackServer, startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { createPrivateAuthority, type PrivateAuthority } from "../../../test-support/private-authority.ts";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { startTunnelProxy } from "../../../test-support/tunnel-proxy.ts";
import { createKubernetesClient } from "../src/client/kubernetes-client.ts";
import { type ClusterAccessOptions, loadClusterAccess } from "../src/client/load-cluster-access.ts";

const path = "/api/v1/namespaces";

let authority: PrivateAuthority;
let folder: string;

beforeAll(async () => {
  authority = await createPrivateAuthority();
}, 60_000);
afterAll(() => authority[Symbol.asyncDispose]());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "surroundings-"));
});
afterEach(() => removeFolder(folder));

describe("the cluster's own authority", () => {
  test.each(["127.0.0.1", "::1"] as const)("of a kubeconfig is trusted, on %s too", async (host) => {
    const { url } = await startApiServer(host);
    await expect(ask({ kubeconfigFiles: [await kubeconfig(url)] })).resolves.toEqual({ items: [] });
  });

  test("is not needed for others: a server that another one signed for is not trusted", async () => {
    const { url, requests } = await startApiServer();
    const file = await kubeconfig(url, { "certificate-authority-data": undefined });
    await expect(ask({ kubeconfigFiles: [file] })).rejects.toThrow(/certificate/);
    expect(requests).toEqual([]);
  });

  test.each(["127.0.0.1", "::1"] as const)(
    "of a pod is trusted, on %s too, its token read when it rotates",
    async (host) => {
      const { url, requests } = await startApiServer(host);
      await writeFile(join(folder, "ca.crt"), authority.certificate);
      await writeFile(join(folder, "namespace"), "backup");
      const servicePort = new URL(url).port;
      const options = { serviceHost: host, servicePort, serviceAccountFolder: folder };
      const access = await loadClusterAccess(options);
      using client = createKubernetesClient(access);
      for (const token of ["first", "second"]) {
        await writeFile(join(folder, "token"), token);
        access.forget?.();
        await client.request({ path });
      }
      expect(requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer first", "Bearer second"]);
    },
  );
});

describe("HTTPS_PROXY", () => {
  const cloud = "https://kubernetes.cloud.test";

  test("is gone through with a kubeconfig, and not to the hosts of NO_PROXY", async () => {
    const { proxy, requests } = await startProxiedServer();
    const kubeconfigFiles = [await kubeconfig(cloud)];
    await ask({ kubeconfigFiles, proxyEnvironment: { HTTPS_PROXY: proxy.url } });
    expect([proxy.tunnels, requests.length]).toEqual([["kubernetes.cloud.test:443"], 1]);
    const proxyEnvironment = { https_proxy: proxy.url, no_proxy: "example.com,.cloud.test" };
    await expect(ask({ kubeconfigFiles, proxyEnvironment })).rejects.toThrow("ENOTFOUND");
    expect(proxy.tunnels).toHaveLength(1);
  });

  test("gives way to the kubeconfig's own proxy-url", async () => {
    const { proxy } = await startProxiedServer();
    const kubeconfigFiles = [await kubeconfig(cloud, { "proxy-url": proxy.url })];
    await ask({ kubeconfigFiles, proxyEnvironment: { HTTPS_PROXY: "http://127.0.0.1:1" } });
    expect(proxy.tunnels).toEqual(["kubernetes.cloud.test:443"]);
  });

  test.each(["127.0.0.1", "::1"] as const)("is not for this machine: %s", async (host) => {
    const { url } = await startApiServer(host);
    const proxyEnvironment = { HTTPS_PROXY: "http://127.0.0.1:1" };
    await expect(ask({ kubeconfigFiles: [await kubeconfig(url)], proxyEnvironment })).resolves.toBeDefined();
  });

  test("is not for a pod's service account", async () => {
    for (const name of ["token", "namespace", "ca.crt"]) await writeFile(join(folder, name), "x");
    const access = await loadClusterAccess({
      serviceHost: "10.0.0.1",
      serviceAccountFolder: folder,
      proxyEnvironment: { HTTPS_PROXY: "http://127.0.0.1:1" },
    });
    expect(access).toMatchObject({ server: "https://10.0.0.1:443" });
    expect(access).not.toHaveProperty("proxyEnvironment");
  });

  async function startProxiedServer() {
    const { url, requests } = await startApiServer();
    const proxy = await startTunnelProxy({ "kubernetes.cloud.test:443": Number(new URL(url).port) });
    return { proxy, requests };
  }
});

function startApiServer(host: "127.0.0.1" | "::1" = "127.0.0.1"): Promise<LoopbackServer> {
  return startLoopbackServer((_, response) => response.end('{"items": []}'), { host, tls: authority.server });
}

async function ask(options: ClusterAccessOptions): Promise<unknown> {
  const client = createKubernetesClient(await loadClusterAccess(options));
  onTestFinished(() => client[Symbol.dispose]());
  return client.request({ path });
}

async function kubeconfig(server: string, cluster: Readonly<Record<string, string | undefined>> = {}): Promise<string> {
  const file = join(folder, "config");
  const authorityData = Buffer.from(authority.certificate).toString("base64");
  const text = stringify({
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server, "certificate-authority-data": authorityData, ...cluster } }],
    users: [{ name: "u", user: { token: "not-a-real-token" } }],
  });
  await writeFile(file, text);
  return file;
}
