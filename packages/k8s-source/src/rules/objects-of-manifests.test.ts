import { expect, it } from "vitest";
import { deriveRules } from "./derive-rules.ts";
import { objectsOfManifests } from "./objects-of-manifests.ts";
import { DEFAULT_DELTAS_ANNOTATION_KEY, defaultRuleSettings } from "./rule-settings.ts";

const annotations = { [DEFAULT_DELTAS_ANNOTATION_KEY]: "PT1H P1D" };
const claim = {
  kind: "PersistentVolumeClaim",
  metadata: { namespace: "shop", name: "data", annotations },
  spec: { volumeName: "pv-data" },
};
const volume = {
  kind: "PersistentVolume",
  metadata: { name: "pv-data" },
  spec: { hostPath: { path: "/data" }, claimRef: { namespace: "shop", name: "data" } },
};

it("a claim and a volume that a person wrote are bound if they name each other", () => {
  expect([...rulesOf([claim, volume]).rules.keys()]).toEqual(["PersistentVolumeClaim/shop/data"]);
});

it("what the API server wrote is kept: a volume of an earlier claim is not bound", () => {
  const served = { uid: "2", creationTimestamp: "2026-01-01T00:00:00Z" };
  const now = { ...claim, metadata: { ...claim.metadata, ...served } };
  const claimRef = { ...volume.spec.claimRef, uid: "1" };
  const { problems } = rulesOf([now, { ...volume, spec: { ...volume.spec, claimRef } }]);
  expect(problems.get("PersistentVolumeClaim/shop/data")?.reason).toBe("ClaimReferenceMismatch");
  const unbound = rulesOf([now, volume]).problems;
  expect(unbound.get("PersistentVolumeClaim/shop/data")?.message).toContain("claimRef has no uid");
});

it("an object without a namespace is in the default one, and other kinds are passed over", () => {
  const rule = {
    kind: "SnapshotRule",
    metadata: { name: "data" },
    spec: { deltas: "P1D P7D", persistentVolumeClaim: "x" },
  };
  const { rules, problems } = rulesOf([rule, { kind: "Deployment", metadata: {} }]);
  expect(rules.size).toBe(0);
  expect([...problems.keys()]).toEqual(["SnapshotRule/default/data"]);
});

it("throws on an object without a name", () => {
  expect(() => rulesOf([{ kind: "PersistentVolume", metadata: {} }])).toThrow("metadata.name of undefined is missing");
});

function rulesOf(manifests: readonly object[]) {
  return deriveRules(objectsOfManifests(manifests, DEFAULT_DELTAS_ANNOTATION_KEY), defaultRuleSettings());
}
