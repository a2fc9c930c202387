import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type KubernetesEmulator,
  type KubernetesEmulatorOptions,
  startKubernetesEmulator,
} from "@k8s-snapshots/emulator-kubernetes";
import {
  DEFAULT_DELTAS_ANNOTATION_KEY,
  SNAPSHOT_RULE_API_VERSION,
  snapshotRuleDefinition,
} from "@k8s-snapshots/k8s-source";
import type { DemoVolume } from "./demo-volumes.ts";

/** A Kubernetes API in this process, with a claim bound to each volume. */
export async function startDemoCluster(
  volumes: readonly DemoVolume[],
  options: KubernetesEmulatorOptions = {},
): Promise<KubernetesEmulator> {
  const cluster = await startKubernetesEmulator(options);
  cluster.store.create("customresourcedefinitions.apiextensions.k8s.io", { ...snapshotRuleDefinition });
  for (const volume of volumes) addVolume(cluster, volume);
  return cluster;
}

/** So that kubectl, and the daemon, find the way. */
export async function writeKubeconfig(folder: string, { url }: KubernetesEmulator): Promise<string> {
  const file = join(folder, "kubeconfig.json");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "demo",
    contexts: [{ name: "demo", context: { cluster: "demo", user: "demo" } }],
    clusters: [{ name: "demo", cluster: { server: url } }],
    users: [{ name: "demo", user: {} }],
  };
  await writeFile(file, JSON.stringify(config, undefined, 2));
  return file;
}

function addVolume(cluster: KubernetesEmulator, { name, path, deltas, by }: DemoVolume): void {
  const capacity = { storage: "1Gi" };
  const annotations = by === "annotation" ? { [DEFAULT_DELTAS_ANNOTATION_KEY]: deltas } : {};
  const claim = cluster.store.create("persistentvolumeclaims", {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: "default", annotations },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: capacity }, volumeName: `pv-${name}` },
    status: { phase: "Bound", accessModes: ["ReadWriteOnce"], capacity },
  });
  cluster.store.create("persistentvolumes", {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pv-${name}` },
    spec: {
      capacity,
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      hostPath: { path },
      claimRef: {
        kind: "PersistentVolumeClaim",
        apiVersion: "v1",
        namespace: "default",
        name,
        uid: claim.metadata.uid,
      },
    },
    status: { phase: "Bound" },
  });
  if (by !== "SnapshotRule") return;
  cluster.store.create("snapshotrules.k8s-snapshots.elsdoerfer.com", {
    apiVersion: SNAPSHOT_RULE_API_VERSION,
    kind: "SnapshotRule",
    metadata: { name, namespace: "default" },
    spec: { deltas, persistentVolumeClaim: name },
  });
}
