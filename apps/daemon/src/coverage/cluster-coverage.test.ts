import type { ClaimObject, VolumeObject } from "@k8s-snapshots/k8s-source";
import { parseDeltas } from "@k8s-snapshots/retention";
import { diskKey, type Rule } from "@k8s-snapshots/scheduler";
import { expect, it } from "vitest";
import { originOf } from "../../test/declared-rules.ts";
import type { ResolvedRule } from "../rules/resolved-rule.ts";
import { byRisk, coverageOf } from "./cluster-coverage.ts";
import type { VolumeCoverage } from "./volume-coverage.ts";

const creationTimestamp = "2026-01-01T00:00:00Z";

function claimOf(name: string, volumeName: string, uid = `uid-${name}`): [string, ClaimObject] {
  return [`shop/${name}`, { metadata: { namespace: "shop", name, uid, creationTimestamp }, spec: { volumeName } }];
}

function volumeOf(name: string, claim: string, uid = `uid-${claim}`): [string, VolumeObject] {
  const metadata = { name, uid: `uid-${name}`, creationTimestamp };
  return [name, { metadata, spec: { claimRef: { namespace: "shop", name: claim, uid } } }];
}

function ruleOf(id: string, volume: VolumeObject): [string, ResolvedRule] {
  const deltas = parseDeltas("PT1H P1D");
  const rule: Rule = { id, name: id, backend: "memory", disk: { location: "home", id: volume.metadata.name }, deltas };
  return [id, { origin: originOf(id), target: { kind: "volume", volume }, warnings: [], rule, finding: undefined }];
}

function protections(
  claims: readonly [string, ClaimObject][],
  volumes: readonly [string, VolumeObject][],
  rules: readonly [string, ResolvedRule][],
): readonly string[] {
  const objects = { claims: new Map(claims), volumes: new Map(volumes) };
  const readiness = { ready: true, newest: 0, lateAt: 10, held: 1, widestGap: undefined };
  const known = { lastPlan: () => ({ readiness, deferrals: [], dueAt: undefined }), errorOf: () => undefined };
  const diskOf = ({ metadata }: VolumeObject): string => diskKey("memory", { location: "home", id: metadata.name });
  const all = coverageOf({ objects, rules: new Map(rules), known, disks: { diskOf }, excludeKey: "exclude" }, 1);
  return all.map(({ object, protection, reason }) => `${object} ${protection} ${reason}`);
}

it("has each claim once, with its volume, and each volume that no claim has", () => {
  const data = volumeOf("pv-data", "data");
  const rules = [ruleOf("PersistentVolumeClaim/shop/data", data[1])];
  expect(protections([claimOf("data", "pv-data")], [data, volumeOf("pv-old", "gone")], rules)).toEqual([
    "PersistentVolumeClaim/shop/data protected UpToDate",
    "PersistentVolume/pv-old unprotected Released",
  ]);
});

it("counts the rule of the volume, or of a SnapshotRule, for the claim", () => {
  const data = volumeOf("pv-data", "data");
  for (const id of ["PersistentVolume/pv-data", "SnapshotRule/shop/nightly"]) {
    expect(protections([claimOf("data", "pv-data")], [data], [ruleOf(id, data[1])])).toEqual([
      "PersistentVolumeClaim/shop/data protected UpToDate",
    ]);
  }
});

it("counts the rule that names the volume's disk by itself", () => {
  const data = volumeOf("pv-data", "data");
  const [id, resolved] = ruleOf("SnapshotRule/kube-system/disk", data[1]);
  const target = { kind: "disk", backend: "memory", disk: {} } as const;
  expect(
    protections([claimOf("data", "pv-data")], [data, volumeOf("pv-b", "b")], [[id, { ...resolved, target }]]),
  ).toEqual(["PersistentVolumeClaim/shop/data protected UpToDate", "PersistentVolume/pv-b unprotected Released"]);
  // Its own object asks too, and gave way.
  const finding = { id: "PersistentVolume/pv-data", name: "", reason: "SupersededByAnotherRule", message: "" } as const;
  const own = { ...resolved, rule: undefined, target: { kind: "volume", volume: data[1] } as const, finding };
  const rules: [string, ResolvedRule][] = [
    [id, { ...resolved, target }],
    ["PersistentVolume/pv-data", own],
  ];
  expect(protections([claimOf("data", "pv-data")], [data], rules)).toEqual([
    "PersistentVolumeClaim/shop/data protected UpToDate",
  ]);
});

it("does not take another's volume for the claim's", () => {
  const data = volumeOf("pv-data", "data", "uid-of-one-before");
  const rules = [ruleOf("PersistentVolume/pv-data", data[1])];
  expect(protections([claimOf("data", "pv-data")], [data], rules)).toEqual([
    "PersistentVolumeClaim/shop/data unprotected Unbound",
    "PersistentVolume/pv-data protected UpToDate",
  ]);
});

it("does not count a rule for a volume of the same name that is gone", () => {
  const before = volumeOf("pv-data", "data")[1];
  const [name, volume] = volumeOf("pv-data", "data");
  const after: [string, VolumeObject] = [name, { ...volume, metadata: { ...volume.metadata, uid: "another" } }];
  const rules = [ruleOf("SnapshotRule/shop/nightly", before)];
  expect(protections([claimOf("data", "pv-data")], [after], rules)).toEqual([
    "PersistentVolumeClaim/shop/data unprotected NoRule",
  ]);
});

it("sorts by risk", () => {
  const rule = { id: "r", deltas: "", interval: 10, backend: "", location: "", disk: "" };
  const of = (name: string, one: Partial<VolumeCoverage>): VolumeCoverage => ({
    object: name,
    name,
    protection: "unprotected",
    reason: "",
    message: "",
    ...one,
  });
  const sorted = [
    of("never asked for", { reason: "NoRule" }),
    of("excluded", { protection: "excluded" }),
    of("fresh", { protection: "protected", rule, newest: 95 }),
    of("unbound", { reason: "Unbound" }),
    of("older", { protection: "protected", rule, newest: 90 }),
    of("late by an interval", { protection: "late", rule, lateAt: 90 }),
    of("late by two", { protection: "late", rule, lateAt: 80 }),
    of("never a good one", { rule }),
    of("mistyped", { reason: "InvalidDeltas" }),
  ].sort(byRisk(100));
  expect(sorted.map(({ name }) => name)).toEqual([
    "never a good one",
    "mistyped",
    "never asked for",
    "unbound",
    "late by two",
    "late by an interval",
    "older",
    "fresh",
    "excluded",
  ]);
});
