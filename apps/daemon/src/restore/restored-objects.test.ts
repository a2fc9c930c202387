import type { VolumeObject } from "@k8s-snapshots/k8s-source";
import { describe, expect, it } from "vitest";
import { restoredObjects } from "./restored-objects.ts";
import type { VolumeShape } from "./volume-shape.ts";

const target = { namespace: "shop", claim: "new", persistentVolume: "restored" };
const known = <Value>(value: Value, from = "the snapshot") => ({ value, from });
const shape: VolumeShape = {
  size: known("100Gi"),
  storageClass: known("gp3"),
  accessModes: known(["ReadWriteOnce"]),
  volumeMode: known("Filesystem"),
  fsType: known("xfs"),
};
const inZone = (zone: string) => ({
  required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "a/zone", operator: "In", values: [zone] }] }] },
});
const restored = {
  persistentVolumeSpec: { csi: { driver: "ebs.csi.aws.com", volumeHandle: "vol-2" }, nodeAffinity: inZone("a") },
};

describe("restoredObjects", () => {
  it("names the disk as its backend does, and binds volume and claim to each other", () => {
    const { items } = restoredObjects(target, shape, restored, undefined);
    const [volume, claim] = items;
    expect(volume).toEqual({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "restored" },
      spec: {
        capacity: { storage: "100Gi" },
        accessModes: ["ReadWriteOnce"],
        volumeMode: "Filesystem",
        storageClassName: "gp3",
        persistentVolumeReclaimPolicy: "Retain",
        claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "shop", name: "new" },
        csi: { driver: "ebs.csi.aws.com", volumeHandle: "vol-2", fsType: "xfs" },
        nodeAffinity: inZone("a"),
      },
    });
    expect(claim).toEqual({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { namespace: "shop", name: "new" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        volumeMode: "Filesystem",
        storageClassName: "gp3",
        volumeName: "restored",
        resources: { requests: { storage: "100Gi" } },
      },
    });
  });

  it("keeps what the old volume says to its driver, and not which disk, claim and marks it has", () => {
    const secret = { name: "key", namespace: "kube-system" };
    const old = volume({
      csi: {
        driver: "ebs.csi.aws.com",
        volumeHandle: "vol-1",
        fsType: "xfs",
        volumeAttributes: { partition: "1" },
        nodeStageSecretRef: secret,
      },
      mountOptions: ["noatime"],
      nodeAffinity: inZone("of-old"),
      persistentVolumeReclaimPolicy: "Delete",
    });
    const [{ spec, metadata }] = restoredObjects(target, shape, restored, old).items;
    expect(spec).toMatchObject({
      csi: { volumeHandle: "vol-2", volumeAttributes: { partition: "1" }, nodeStageSecretRef: secret },
      mountOptions: ["noatime"],
      nodeAffinity: inZone("of-old"),
      persistentVolumeReclaimPolicy: "Retain",
    });
    expect(metadata).toEqual({ name: "restored" });
  });

  it("is where the command line wants it, whatever the old volume says", () => {
    const elsewhere = { ...shape, zones: known(["b"], "--zone") };
    const [{ spec }] = restoredObjects(target, elsewhere, restored, volume({ nodeAffinity: inZone("of-old") })).items;
    expect(spec["nodeAffinity"]).toEqual(inZone("a"));
  });

  it.each([
    [
      { awsElasticBlockStore: { volumeID: "vol-1", fsType: "xfs", partition: 2 } },
      { volumeAttributes: { partition: "2" } },
    ],
    [{ awsElasticBlockStore: { volumeID: "vol-1", fsType: "xfs", readOnly: true } }, { readOnly: true }],
    [{ csi: { driver: "other", volumeHandle: "vol-1", volumeAttributes: { a: "b" } } }, {}],
  ])("of the volume %j keeps what the driver takes", (source, fields) => {
    const [{ spec }] = restoredObjects(target, shape, restored, volume(source)).items;
    expect(spec["csi"]).toEqual({ driver: "ebs.csi.aws.com", volumeHandle: "vol-2", fsType: "xfs", ...fields });
    expect(Object.keys(spec)).not.toContain("awsElasticBlockStore");
  });

  it("names no file system on a block device", () => {
    const block = { ...shape, volumeMode: known("Block" as const) };
    const [{ spec }, claim] = restoredObjects(target, block, restored, undefined).items;
    expect(spec["csi"]).toEqual({ driver: "ebs.csi.aws.com", volumeHandle: "vol-2" });
    expect(claim.spec["volumeMode"]).toBe("Block");
  });

  it.each([
    [
      { hostPath: { path: "/new" } },
      { hostPath: { path: "/old", type: "Directory" } },
      { hostPath: { path: "/new", type: "Directory" } },
    ],
    [
      { hostPath: { path: "/new" } },
      { local: { path: "/old", fsType: "xfs" } },
      { local: { path: "/new", fsType: "xfs" } },
    ],
    [{ local: { path: "/new" } }, { hostPath: { path: "/old" } }, { local: { path: "/new" } }],
    [{ local: { path: "/new" } }, undefined, { local: { path: "/new" } }],
  ])("of the directory %j, where the old one is %j, makes %j", (made, old, expected) => {
    const [{ spec }] = restoredObjects(target, shape, { persistentVolumeSpec: made }, old && volume(old)).items;
    expect(spec).toMatchObject(expected);
    expect(["hostPath", "local"].filter((source) => source in spec)).toHaveLength(1);
  });
});

function volume(spec: object): VolumeObject {
  return {
    metadata: {
      name: "old",
      uid: "1",
      creationTimestamp: "",
      annotations: { "backup.kubernetes.io/deltas": "PT1H P1D" },
    },
    spec: { accessModes: ["ReadWriteOnce"], claimRef: { namespace: "shop", name: "old", uid: "2" }, ...spec },
  } as VolumeObject;
}
