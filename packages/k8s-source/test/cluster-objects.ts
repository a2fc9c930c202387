import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";

/** What the tests create in an emulated cluster. */
export const deltas = (text: string): Record<string, string> => ({ "backup.kubernetes.io/deltas": text });

export function createVolume(
  cluster: KubernetesEmulator,
  name: string,
  annotations: Record<string, string> = {},
): void {
  cluster.store.create("persistentvolumes", {
    metadata: { name, annotations },
    spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: `/data/${name}` } },
  });
}

/** A claim and its volume, each naming the other, as Kubernetes leaves them. */
export function createBoundClaim(cluster: KubernetesEmulator, name: string, annotations: Record<string, string>): void {
  const claim = cluster.store.create("persistentvolumeclaims", {
    metadata: { name, annotations },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      volumeName: `pv-${name}`,
    },
  });
  createVolume(cluster, `pv-${name}`);
  const claimRef = { kind: "PersistentVolumeClaim", namespace: "default", name, uid: claim.metadata.uid };
  cluster.store.patch("persistentvolumes", { name: `pv-${name}` }, { spec: { claimRef } });
}
