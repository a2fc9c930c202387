/**
 * What the Kubernetes source takes for 10,000 bound and annotated claims with their 10,000 volumes: memory held, time to
 * the first set, and requests. The API is emulated in a process of its own, so that its memory does not count.
 *
 *     node --expose-gc --conditions=@k8s-snapshots/source bench/k8s-source-memory.ts [COUNT]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { createKubernetesClient, createRuleSource, defaultRuleSettings } from "@k8s-snapshots/k8s-source";
import { addClaim } from "./process/cluster-objects.ts";

const verbs = ["list", "watch"] as const;
type RequestCounts = Readonly<Record<(typeof verbs)[number], number>>;

async function measure(count: number): Promise<void> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error("run node with --expose-gc");
  const apiServer = fork(fileURLToPath(import.meta.url), ["api-server", String(count)]);
  const [url] = (await once(apiServer, "message")) as [string];

  const client = createKubernetesClient({ server: url, credentials: async () => ({ headers: {} }) });
  await client.request({ path: "/version" });
  collect();
  const before = process.memoryUsage();
  const startedAt = performance.now();
  const source = createRuleSource({ client, settings: defaultRuleSettings() });
  const stop = new AbortController();
  const first = Promise.withResolvers<number>();
  source.subscribe(({ rules }) => first.resolve(rules.size));
  const running = source.run(stop.signal);
  const rules = await first.promise;
  const seconds = (performance.now() - startedAt) / 1000;
  const peak = process.memoryUsage().rss;
  collect();
  const after = process.memoryUsage();

  apiServer.send("count");
  const [requests] = (await once(apiServer, "message")) as [RequestCounts];
  const mebibytes = (bytes: number) => Number((bytes / 2 ** 20).toFixed(1));
  const figures = {
    rules,
    secondsToFirstSet: Number(seconds.toFixed(2)),
    heapHeldMiB: mebibytes(after.heapUsed - before.heapUsed),
    rssGrowthMiB: mebibytes(after.rss - before.rss),
    rssPeakGrowthMiB: mebibytes(peak - before.rss),
    rssMiB: mebibytes(after.rss),
    ...requests,
  };
  console.log(JSON.stringify(figures));
  stop.abort();
  await running;
  client[Symbol.dispose]();
  apiServer.disconnect();
}

async function serve(count: number): Promise<void> {
  const cluster = await startKubernetesEmulator();
  for (let index = 0; index < count; index += 1) addClaim(cluster, index);
  cluster.requests.clear();
  process.on("message", () => {
    process.send?.(Object.fromEntries(verbs.map((verb) => [verb, cluster.requests.count({ verb })])));
  });
  process.on("disconnect", () => void cluster.close());
  process.send?.(cluster.url);
}

if (process.argv[2] === "api-server") await serve(Number(process.argv[3]));
else await measure(Number(process.argv[2] ?? 10_000));
