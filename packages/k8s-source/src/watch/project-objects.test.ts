import { expect, test } from "vitest";
import { createDeltasReader } from "../rules/deltas-reader.ts";
import { annotationKeys, DEFAULT_DELTAS_ANNOTATION_KEY } from "../rules/rule-settings.ts";
import { projectClaim, projectSnapshotRule, projectVolume } from "./project-objects.ts";

const keys = annotationKeys(DEFAULT_DELTAS_ANNOTATION_KEY);
const managedFields = [{ manager: "kubectl", fieldsV1: { "f:spec": {} } }];

test("of a volume all that may name its disk, whichever its source, and what its snapshots note is kept, and nothing else", () => {
  const kept = {
    metadata: {
      name: "pv-1",
      uid: "u",
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: { "topology.kubernetes.io/region": "eu-west-1" },
      annotations: { "failure-domain.beta.kubernetes.io/region": "eu-west-1" },
    },
    spec: {
      csi: { driver: "ebs.csi.aws.com", volumeHandle: "vol-1", volumeAttributes: { any: "thing" } },
      acmeVolume: { id: 7 },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [] }] } },
      claimRef: { namespace: "shop", name: "data", uid: "c" },
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      storageClassName: "gp3",
      volumeMode: "Block",
    },
  };
  const object = {
    metadata: {
      ...kept.metadata,
      resourceVersion: "12",
      managedFields,
      finalizers: ["kubernetes.io/pv-protection"],
      annotations: { ...kept.metadata.annotations, "kubectl.kubernetes.io/last-applied-configuration": "{}" },
    },
    spec: {
      ...kept.spec,
      mountOptions: ["noatime"],
      persistentVolumeReclaimPolicy: "Delete",
      claimRef: { ...kept.spec.claimRef, kind: "PersistentVolumeClaim", resourceVersion: "11" },
    },
    status: { phase: "Bound" },
  };
  expect(projectVolume(object)).toEqual(kept);
});

test("of a claim and a SnapshotRule only what rules are made of is kept", () => {
  const metadata = { namespace: "shop", name: "data", uid: "u", creationTimestamp: "2026-01-01T00:00:00Z" };
  const annotations = { "backup.kubernetes.io/deltas": "PT1H P1D" };
  const object = { metadata: { ...metadata, managedFields, annotations: { ...annotations, other: "x" } } };
  const claimSpec = { volumeName: "pv-1", accessModes: ["ReadWriteOnce"], resources: {} };
  expect(projectClaim({ ...object, spec: claimSpec, status: { phase: "Bound" } }, keys)).toEqual({
    metadata: { ...metadata, annotations },
    spec: { volumeName: "pv-1" },
  });
  expect(projectSnapshotRule({ ...object, spec: { deltas: "PT1H P1D", owner: "me", disk: null } }, keys)).toEqual({
    metadata: { ...metadata, annotations },
    spec: { deltas: "PT1H P1D" },
  });
});

test.each([
  ["no object", null],
  ["without metadata", {}],
  ["without a uid", { metadata: { name: "pv-1", creationTimestamp: "2026-01-01T00:00:00Z" } }],
])("what is %s is refused", (_, object) => {
  expect(() => projectVolume(object)).toThrow(TypeError);
});

test("of a megabyte in an annotation, or in a field, a thousand characters are kept, which make no rule", () => {
  const metadata = { namespace: "shop", name: "data", uid: "u", creationTimestamp: "2026-01-01T00:00:00Z" };
  const huge = "P1D ".repeat(250_000);
  const kept = `${huge.slice(0, 1_000)}…`;
  const claim = projectClaim({ metadata: { ...metadata, annotations: { [keys.deltas]: huge } }, spec: {} }, keys);
  expect(claim.metadata.annotations?.[keys.deltas]).toBe(kept);
  expect(createDeltasReader()(kept)).toEqual({ problem: expect.stringMatching(/^it has more than 1000 characters/) });

  const spec = { deltas: huge, persistentVolumeClaim: "data", disk: { id: huge } };
  const rule = projectSnapshotRule({ metadata, spec }, keys);
  expect(rule.spec["deltas"]).toBe(kept);
  expect(JSON.stringify(rule.spec).length).toBeLessThan(3_000);
  expect(typeof rule.spec["disk"]).toBe("string");
});

test("all parameters that the definition allows are kept", () => {
  const metadata = { namespace: "shop", name: "data", uid: "u", creationTimestamp: "2026-01-01T00:00:00Z" };
  const values = Array.from({ length: 20 }, (_, index) => [`a-parameter-${index}`, "k".repeat(400)]);
  const spec = { deltas: "PT1H P1D", persistentVolumeClaim: "data", parameters: Object.fromEntries(values) };
  expect(projectSnapshotRule({ metadata, spec }, keys).spec).toEqual(spec);
});
