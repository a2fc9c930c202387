import type { Disk } from "@k8s-snapshots/backend-api";
import type { RuleProblem, RuleTarget, SourceRule } from "@k8s-snapshots/k8s-source";
import { parseDeltas } from "@k8s-snapshots/retention";
import { describe, expect, it } from "vitest";
import { originOf, declaredRule as rule } from "../../test/declared-rules.ts";
import type { Resolution } from "./resolved-rule.ts";
import { ResolvedRules } from "./resolved-rules.ts";

const disk: Disk = { location: "eu-west-1", id: "vol-1" };
const found: Resolution = { disk: { backend: "aws", disk } };

describe("the scheduler's rules", () => {
  it("gives a rule its disk", () => {
    const claim = rule("PersistentVolumeClaim/default/data");
    const { rules, findings } = resolve([claim], [], [[claim.target, found]]);
    expect(rules).toMatchObject([{ id: claim.id, backend: "aws", disk, deltas: { text: "PT1H P1D" } }]);
    expect(findings).toEqual([]);
  });

  it("keeps one rule a disk, the one that takes precedence, and reports the other", () => {
    const byVolume = rule("PersistentVolume/pv-1");
    const byDisk = rule("SnapshotRule/default/raw");
    const { rules, findings } = resolve(
      [byVolume, byDisk],
      [],
      [
        [byVolume.target, found],
        [byDisk.target, found],
      ],
    );
    expect(rules.map(({ id }) => id)).toEqual([byDisk.id]);
    expect(findings).toMatchObject([{ id: byVolume.id, reason: "SupersededByAnotherRule" }]);
  });

  it("reports a rule whose disk cannot be determined, and keeps its snapshots from being treated as orphans", () => {
    const claim = rule("PersistentVolumeClaim/default/data");
    const unsupported: Resolution = { reason: "VolumeUnsupported", message: "no backend" };
    const { rules, unresolved, findings } = resolve([claim], [], [[claim.target, unsupported]]);
    expect(rules).toEqual([]);
    expect([...unresolved]).toEqual([claim.name]);
    expect(findings).toMatchObject([{ id: claim.id, reason: "VolumeUnsupported", message: "no backend" }]);
  });

  it("stands a rule without deltas in for an object that is refused, so that nothing is deleted", () => {
    const refused = problem("PersistentVolumeClaim/default/data", "refused");
    const { rules } = resolve([], [refused], [[refused.target as RuleTarget, found]]);
    expect(rules).toEqual([{ id: refused.id, name: refused.name, backend: "aws", disk }]);
  });

  it("suspends deletions by another rule for the disk of an object that is refused", () => {
    const volume = rule("PersistentVolume/pv-1");
    const refused = problem("PersistentVolumeClaim/default/data", "refused");
    const { rules } = resolve(
      [volume],
      [refused],
      [
        [volume.target, found],
        [refused.target as RuleTarget, found],
      ],
    );
    expect(rules).toMatchObject([{ id: volume.id, deletionsSuspended: expect.stringContaining(refused.id) }]);
  });

  it("has the namespace of a claim or SnapshotRule; of a volume that of its claim; of a free volume none", () => {
    const volumeOf = (claimRef?: { namespace: string }): RuleTarget => ({
      kind: "volume",
      volume: {
        metadata: { name: "pv-1", uid: "v", creationTimestamp: "2026-01-01T00:00:00Z" },
        spec: { ...(claimRef && { claimRef }) },
      },
    });
    const namespaceOf = (declared: SourceRule): string | undefined =>
      resolve([declared], [], [[declared.target, found]]).rules[0]?.namespace;
    const claim = rule("PersistentVolumeClaim/default/data");
    expect(namespaceOf({ ...claim, origin: { ...claim.origin, namespace: "shop" } })).toBe("shop");
    const volume = rule("PersistentVolume/pv-1");
    expect(namespaceOf({ ...volume, target: volumeOf({ namespace: "shop" }) })).toBe("shop");
    expect(namespaceOf({ ...volume, target: volumeOf() })).toBeUndefined();
  });

  it("hands the confirmation on", () => {
    const claim = { ...rule("PersistentVolumeClaim/default/data"), confirmedDeltas: "PT1H P1D" };
    expect(resolve([claim], [], [[claim.target, found]]).rules).toMatchObject([{ confirmedDeltas: "PT1H P1D" }]);
  });

  it("hands on what the cluster knows of the volume, and nothing of a disk that a rule names by itself", () => {
    const volume = {
      metadata: { name: "pv-1", uid: "v", creationTimestamp: "2026-01-01T00:00:00Z" },
      spec: { capacity: { storage: "10Gi" }, claimRef: { namespace: "shop", name: "data" } },
    };
    const declared = rule("PersistentVolume/pv-1");
    const volumeOf = (target: RuleTarget) => resolve([{ ...declared, target }], [], [[target, found]]).rules[0]?.volume;
    expect(volumeOf({ kind: "volume", volume })).toEqual({
      persistentVolume: "pv-1",
      claim: { namespace: "shop", name: "data" },
      storageClass: "",
      capacity: "10Gi",
    });
    expect(volumeOf({ kind: "disk", backend: "aws", disk: {} })).toBeUndefined();
  });

  it("hands on the parameters that the backend has, and warns of others", () => {
    const parameters = { storageLocation: "eu", colour: "green" };
    const claim = { ...rule("PersistentVolumeClaim/default/data"), parameters, warnings: ["odd"] };
    const resolved = new ResolvedRules(() => ["storageLocation"]);
    const { changes } = resolved.update(new Map([[claim.id, claim]]), new Map([[claim.target, found]]));
    expect(resolved.rules).toMatchObject([{ parameters: { storageLocation: "eu" } }]);
    expect(resolved.rules[0]?.parameters).not.toHaveProperty("colour");
    expect(changes.get(claim.id)?.after?.warnings).toEqual([
      "odd",
      "colour is not a parameter of aws, ignored: it has storageLocation",
    ]);
  });

  it("lets a rule that another one supersedes suspend nothing", () => {
    const volume = rule("PersistentVolume/pv-1");
    const superseded = problem("PersistentVolumeClaim/default/data", "superseded");
    const { rules, unresolved } = resolve([volume], [superseded], [[volume.target, found]]);
    expect(rules[0]?.deletionsSuspended).toBeUndefined();
    expect(unresolved.size).toBe(0);
  });
});

describe("an update", () => {
  const claim = rule("PersistentVolumeClaim/default/data");
  const other = rule("PersistentVolumeClaim/default/other");
  const elsewhere: Resolution = { disk: { backend: "aws", disk: { ...disk, id: "vol-2" } } };
  const resolutions = new Map([
    [claim.target, found],
    [other.target, elsewhere],
  ]);

  it("names what changed, and nothing else", () => {
    const resolved = new ResolvedRules(() => ["storageLocation"]);
    resolved.update(new Map([claim, other].map((one) => [one.id, one])), resolutions);
    const edited = { ...claim, deltas: parseDeltas("P1D P7D") };
    const { rules, changes } = resolved.update(new Map([[claim.id, edited]]), resolutions);
    expect(rules).toMatchObject({ set: [{ id: claim.id, deltas: { text: "P1D P7D" } }], removed: [] });
    expect([...changes.keys()]).toEqual([claim.id]);
    expect(changes.get(claim.id)).toMatchObject({
      before: { rule: { deltas: { text: "PT1H P1D" } } },
      after: { rule: { deltas: { text: "P1D P7D" } } },
    });
  });

  it("takes the rule from a disk that nothing is meant for any more", () => {
    const resolved = new ResolvedRules(() => ["storageLocation"]);
    resolved.update(new Map([claim, other].map((one) => [one.id, one])), resolutions);
    const { rules, changes } = resolved.update(new Map([[claim.id, undefined]]), new Map());
    expect(rules).toEqual({ set: [], removed: [{ backend: "aws", disk }] });
    expect(changes.get(claim.id)?.after).toBeUndefined();
    expect(resolved.rules.map(({ id }) => id)).toEqual([other.id]);
  });

  it("lets the next rule for a disk take over when the one in force goes", () => {
    const resolved = new ResolvedRules(() => ["storageLocation"]);
    const sameDisk = new Map([claim, other].map((one) => [one.target, found]));
    resolved.update(new Map([claim, other].map((one) => [one.id, one])), sameDisk);
    expect(resolved.findings).toMatchObject([{ id: other.id, reason: "SupersededByAnotherRule" }]);
    const { rules, changes } = resolved.update(new Map([[claim.id, undefined]]), sameDisk);
    expect(rules).toMatchObject({ set: [{ id: other.id }], removed: [] });
    expect([...changes.keys()].sort()).toEqual([claim.id, other.id]);
    expect(resolved.findings).toEqual([]);
  });

  it("moves a rule from one disk to another", () => {
    const resolved = new ResolvedRules(() => ["storageLocation"]);
    resolved.update(new Map([[claim.id, claim]]), resolutions);
    const { rules } = resolved.update(new Map([[claim.id, claim]]), new Map([[claim.target, elsewhere]]));
    expect(rules.removed).toEqual([{ backend: "aws", disk }]);
    expect(rules.set).toMatchObject([{ id: claim.id, disk: { id: "vol-2" } }]);
  });

  it("among 10,000 rules is about the one that changed (edit-1)", () => {
    const resolved = new ResolvedRules(() => ["storageLocation"]);
    const many = Array.from({ length: 10_000 }, (_, n) => rule(`PersistentVolumeClaim/default/${n}`));
    const disks = new Map(
      many.map(({ target }, n) => [target, { disk: { backend: "aws", disk: { ...disk, id: `vol-${n}` } } }]),
    );
    expect(resolved.update(new Map(many.map((one) => [one.id, one])), disks).rules.set).toHaveLength(10_000);
    const edited = { ...(many[7] as SourceRule), deltas: parseDeltas("P1D P7D") };
    const { rules, changes } = resolved.update(new Map([[edited.id, edited]]), disks);
    expect([rules.set.length, rules.removed.length, changes.size]).toEqual([1, 0, 1]);
  });
});

function resolve(rules: SourceRule[], problems: RuleProblem[], resolutions: [RuleTarget, Resolution][]): ResolvedRules {
  const resolved = new ResolvedRules(() => ["storageLocation"]);
  resolved.update(new Map([...rules, ...problems].map((one) => [one.id, one])), new Map(resolutions));
  return resolved;
}

function problem(id: string, outcome: RuleProblem["outcome"]): RuleProblem {
  return {
    id,
    name: `name-of-${id}`,
    origin: originOf(id),
    outcome,
    reason: outcome === "refused" ? "InvalidDeltas" : "SupersededByAnotherRule",
    message: "something",
    target: rule(id).target,
  };
}
