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
  for (let index = 0; index < count; index += 1) {
    const name = `data-database-${index}`;
    const claim = cluster.store.create("persistentvolumeclaims", {
      metadata: { name, annotations: claimAnnotations },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "8Gi" } },
        storageClassName: "gp3",
        volumeName: `pvc-${index}`,
      },
      status: { phase: "Bound" },
    });
    cluster.store.create("persistentvolumes", volume(index, { namespace: "default", name, uid: claim.metadata.uid }));
  }
  cluster.requests.clear();
  process.on("message", () => {
    process.send?.(Object.fromEntries(verbs.map((verb) => [verb, cluster.requests.count({ verb })])));
  });
  process.on("disconnect", () => void cluster.close());
  process.send?.(cluster.url);
}

// Annotations as they are on clusters, much of which nobody here reads.

const claimAnnotations = {
  "backup.kubernetes.io/deltas": "PT1H P1D P7D P30D",
  "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ spec: { filler: "x".repeat(500) } }),
  "pv.kubernetes.io/bind-completed": "yes",
  "pv.kubernetes.io/bound-by-controller": "yes",
  "volume.kubernetes.io/selected-node": "ip-10-0-12-34.eu-west-1.compute.internal",
  "volume.kubernetes.io/storage-provisioner": "ebs.csi.aws.com",
};

function volume(index: number, claimRef: object): Record<string, unknown> {
  return {
    metadata: {
      name: `pvc-${index}`,
      labels: { "topology.kubernetes.io/region": "eu-west-1", "topology.kubernetes.io/zone": "eu-west-1a" },
      annotations: {
        "pv.kubernetes.io/provisioned-by": "ebs.csi.aws.com",
        "volume.kubernetes.io/provisioner-deletion-secret-name": "",
        "volume.kubernetes.io/provisioner-deletion-secret-namespace": "",
      },
      finalizers: ["kubernetes.io/pv-protection", "external-attacher/ebs-csi-aws-com"],
    },
    spec: {
      accessModes: ["ReadWriteOnce"],
      capacity: { storage: "8Gi" },
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", ...claimRef },
      csi: {
        driver: "ebs.csi.aws.com",
        fsType: "ext4",
        volumeHandle: `vol-${index.toString(16).padStart(17, "0")}`,
        volumeAttributes: { "storage.kubernetes.io/csiProvisionerIdentity": "1700000000000-1234-ebs.csi.aws.com" },
      },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "topology.ebs.csi.aws.com/zone", operator: "In", values: ["eu-west-1a"] }] },
          ],
        },
      },
      persistentVolumeReclaimPolicy: "Delete",
      storageClassName: "gp3",
      volumeMode: "Filesystem",
    },
    status: { phase: "Bound" },
  };
}

if (process.argv[2] === "api-server") await serve(Number(process.argv[3]));
else await measure(Number(process.argv[2] ?? 10_000));
