import { readFile } from "node:fs/promises";
import {
  createKubernetesClient,
  createRuleSource,
  defaultRuleSettings,
  type SourceEvent,
} from "@k8s-snapshots/k8s-source";
import { expect, inject, test } from "vitest";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { startKubeApiserver } from "./harness/start-kube-apiserver.ts";
import { startPlainProxy } from "./harness/start-plain-proxy.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes } = inject("programs");
const volumes = "/api/v1/persistentvolumes";

test.skipIf(kubernetes === undefined)(
  "a real kube-apiserver's lists come as the beginning of a watch, or in pages where it has no such thing",
  async () => {
    await using opened = new AsyncDisposableStack();
    const server = await startKubeApiserver(kubernetes as KubernetesBinaries);
    opened.defer(() => server.stop());
    const proxy = await startPlainProxy({
      target: server.url,
      ca: await readFile(server.caFile),
      token: server.token(undefined),
    });
    opened.defer(() => proxy.stop());
    for (const name of ["pv-1", "pv-2"]) await create(proxy.url, name);
    const client = opened.use(
      createKubernetesClient({ server: proxy.url, credentials: async () => ({ headers: {} }) }),
    );
    const query = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    const { status } = await fetch(`${proxy.url}${volumes}?${query}&timeoutSeconds=1`);

    const events: SourceEvent[] = [];
    const source = createRuleSource({
      client,
      settings: defaultRuleSettings(),
      onEvent: (event) => void events.push(event),
    });
    const stop = new AbortController();
    const running = source.run(stop.signal);
    opened.defer(async () => {
      stop.abort();
      await running;
    });
    const waitForRules = (count: number): Promise<void> =>
      waitUntil(
        async () => source.current?.rules.size === count,
        () => `there are ${source.current?.rules.size} rules: ${JSON.stringify(events)}`,
      );
    await waitForRules(2);
    await create(proxy.url, "pv-3");
    await waitForRules(3);

    const listed = events.find((event) => event.type === "resource-listed" && event.resource === "persistentvolumes");
    expect(listed).toMatchObject({ objects: 2, pages: status === 200 ? 0 : 1 });
    expect(events.filter(({ type }) => type === "request-failed")).toEqual([]);
  },
  600_000,
);

async function create(url: string, name: string): Promise<void> {
  const response = await fetch(`${url}${volumes}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      metadata: { name, annotations: { "backup.kubernetes.io/deltas": "P1D P7D" } },
      spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: `/data/${name}` } },
    }),
  });
  expect(response.status).toBe(201);
}
