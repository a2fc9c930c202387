import { readFile } from "node:fs/promises";
import { describe, inject } from "vitest";
import { kubernetesApiSuite } from "../emulators/kubernetes/test/kubernetes-api-suite.ts";
import { ApiClient, type ApiUnderTest } from "../emulators/kubernetes/test/suite/api-client.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { startKubeApiserver } from "./harness/start-kube-apiserver.ts";
import { startPlainProxy } from "./harness/start-plain-proxy.ts";

const { kubernetes } = inject("programs");

describe.skipIf(kubernetes === undefined)("a real kube-apiserver", () => {
  kubernetesApiSuite(() => startRealServer(kubernetes as KubernetesBinaries));
});

async function startRealServer(binaries: KubernetesBinaries): Promise<ApiUnderTest> {
  const server = await startKubeApiserver(binaries, { users: ["nobody"] });
  const ca = await readFile(server.caFile);
  const proxyFor = (user?: string) => startPlainProxy({ target: server.url, ca, token: server.token(user) });
  const [proxy, nobodysProxy] = await Promise.all([proxyFor(), proxyFor("nobody")]);
  return {
    url: proxy.url,
    compact: () => server.forgetHistory(),
    asNobody: (work) => work(new ApiClient(nobodysProxy.url)),
    stop: async () => {
      await Promise.all([proxy.stop(), nobodysProxy.stop()]);
      await server.stop();
    },
  };
}
