/**
 * The Kubernetes API with so many annotated claims, in a process of its own, so that what it takes is not counted:
 * `fork`ed with their number, it sends its URL, and how often it was asked for what whenever a message comes.
 */
import { startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { addClaim } from "./cluster-objects.ts";

/** By verb. */
export type RequestCounts = Readonly<Record<string, number>>;

const verbs = ["list", "watch", "create", "patch", "update"] as const;
const cluster = await startKubernetesEmulator();
const count = Number(process.argv[2]);
for (let index = 0; index < count; index++) addClaim(cluster, index);
cluster.requests.clear();
process.on("message", () => {
  process.send?.(Object.fromEntries(verbs.map((verb) => [verb, cluster.requests.count({ verb })])));
});
process.on("disconnect", () => process.exit());
const [namespace] = cluster.store.list("namespaces").filter(({ metadata }) => metadata.name === "kube-system");
process.send?.({ url: cluster.url, clusterId: namespace?.metadata.uid });
