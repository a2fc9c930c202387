import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";

/** Deltas of all claims of the measurements, and how many snapshots a disk has that has had them for long. */
export const SCHEDULE = "PT1H P1D P7D P30D";
export const REGION = "eu-west-1";

/** The EBS volume of the claim with that number. */
export function volumeId(index: number): string {
  return `vol-${index.toString(16).padStart(17, "0")}`;
}

/** A hundred claims in each: more than 5,000 in one are not served. */
export function namespaceOf(index: number): string {
  return `team-${Math.floor(index / 100)}`;
}

/** Adds a bound and annotated claim and its volume, with annotations as they are on clusters, much of which nobody here reads. */
export function addClaim(cluster: KubernetesEmulator, index: number, schedule = SCHEDULE): void {
  const name = `data-database-${index}`;
  const namespace = namespaceOf(index);
  if (index % 100 === 0) cluster.store.create("namespaces", { metadata: { name: namespace } });
  const claim = cluster.store.create("persistentvolumeclaims", {
    metadata: { name, namespace, annotations: claimAnnotations(schedule) },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "8Gi" } },
      storageClassName: "gp3",
      volumeName: `pvc-${index}`,
    },
    status: { phase: "Bound" },
  });
  cluster.store.create("persistentvolumes", volume(index, { namespace, name, uid: claim.metadata.uid }));
}

function claimAnnotations(schedule: string): Record<string, string> {
  return {
    "backup.kubernetes.io/deltas": schedule,
    "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ spec: { filler: "x".repeat(500) } }),
    "pv.kubernetes.io/bind-completed": "yes",
    "pv.kubernetes.io/bound-by-controller": "yes",
    "volume.kubernetes.io/selected-node": "ip-10-0-12-34.eu-west-1.compute.internal",
    "volume.kubernetes.io/storage-provisioner": "ebs.csi.aws.com",
  };
}

function volume(index: number, claimRef: object): Record<string, unknown> {
  return {
    metadata: {
      name: `pvc-${index}`,
      labels: { "topology.kubernetes.io/region": REGION, "topology.kubernetes.io/zone": `${REGION}a` },
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
        volumeHandle: volumeId(index),
        volumeAttributes: { "storage.kubernetes.io/csiProvisionerIdentity": "1700000000000-1234-ebs.csi.aws.com" },
      },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "topology.ebs.csi.aws.com/zone", operator: "In", values: [`${REGION}a`] }] },
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
