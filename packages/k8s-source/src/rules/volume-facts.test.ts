import { expect, it } from "vitest";
import { projectVolume } from "../watch/project-objects.ts";
import { volumeFacts } from "./volume-facts.ts";

const metadata = { name: "pvc-1", uid: "u", creationTimestamp: "2026-01-01T00:00:00Z" };

const spec = {
  csi: { driver: "pd.csi.storage.gke.io", volumeHandle: "projects/p/regions/r/disks/d", fsType: "ext4" },
  claimRef: { namespace: "shop", name: "data", uid: "c" },
  storageClassName: "regional",
  accessModes: ["ReadWriteOnce"],
  volumeMode: "Filesystem",
  capacity: { storage: "200Gi" },
  nodeAffinity: {
    required: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: "topology.gke.io/zone", operator: "In", values: ["r-b", "r-a"] },
            { key: "kubernetes.io/arch", operator: "In", values: ["amd64"] },
            { key: "topology.gke.io/zone", operator: "NotIn", values: ["r-c"] },
          ],
        },
      ],
    },
  },
};

const facts = {
  persistentVolume: "pvc-1",
  claim: { namespace: "shop", name: "data" },
  storageClass: "regional",
  accessModes: ["ReadWriteOnce"],
  volumeMode: "Filesystem",
  fsType: "ext4",
  capacity: "200Gi",
  csiDriver: "pd.csi.storage.gke.io",
  zones: ["r-a", "r-b"],
};

const factsOf = (differences: object) => volumeFacts(projectVolume({ metadata, spec: { ...spec, ...differences } }));

it("of a volume says what it takes to make its PersistentVolume again", () => {
  expect(factsOf({})).toEqual(facts);
});

it("of a volume without a class says so", () => {
  expect(factsOf({ storageClassName: undefined })).toEqual({ ...facts, storageClass: "" });
});

it("of an in-tree volume takes the file system of its source", () => {
  const { csiDriver: _, ...others } = facts;
  const source = { csi: undefined, awsElasticBlockStore: { volumeID: "vol-1", fsType: "xfs" } };
  expect(factsOf(source)).toEqual({ ...others, fsType: "xfs" });
});

it("of several terms takes the zones of all", () => {
  const termOf = (zone: string) => ({
    matchExpressions: [{ key: "topology.ebs.csi.aws.com/zone", operator: "In", values: [zone] }],
  });
  const nodeAffinity = { required: { nodeSelectorTerms: [termOf("z-2"), termOf("z-1"), termOf("z-2")] } };
  expect(factsOf({ nodeAffinity })).toEqual({ ...facts, zones: ["z-1", "z-2"] });
});

it.each([
  [
    "nodeAffinity",
    { nodeAffinity: { required: { nodeSelectorTerms: [null, { matchExpressions: "x" }, {}] } } },
    "zones",
  ],
  ["a term", { nodeAffinity: { required: { nodeSelectorTerms: 7 } } }, "zones"],
  ["capacity", { capacity: { storage: 7 } }, "capacity"],
  ["storageClassName", { storageClassName: { name: "fast" } }, "storageClass"],
  ["accessModes", { accessModes: "ReadWriteOnce" }, "accessModes"],
  ["claimRef", { claimRef: { namespace: "shop" } }, "claim"],
  ["fsType", { csi: { ...spec.csi, fsType: "ext4 class=free" } }, "fsType"],
])("leaves out what is malformed, and nothing else: %s", (_, malformed, fact) => {
  const { [fact as keyof typeof facts]: __, ...others } = facts;
  expect(factsOf(malformed)).toEqual(others);
});
