import type { Disk } from "@k8s-snapshots/backend-api";
import type { RuleProblem, RuleTarget, SourceRule } from "@k8s-snapshots/k8s-source";
import { parseDeltas } from "@k8s-snapshots/retention";
import { describe, expect, it } from "vitest";
import { type Resolution, resolveRules } from "./resolved-rules.ts";

const disk: Disk = { location: "eu-west-1", id: "vol-1" };
const found: Resolution = { disk: { backend: "aws", disk } };

describe("resolveRules", () => {
  it("gives a rule its disk", () => {
    const claim = rule("PersistentVolumeClaim/default/data");
    const { rules, findings } = resolve([claim], [], [[claim.target, found]]);
    expect(rules).toMatchObject([{ id: claim.id, backend: "aws", disk, deltas: { text: "PT1H P1D" } }]);
    expect(findings).toEqual([]);
  });

  it("keeps one rule a disk, the one that goes first, and reports the other", () => {
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

  it("reports a rule whose disk cannot be told, and keeps its snapshots from being taken for orphans", () => {
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

  it("tells the namespace of a claim or SnapshotRule; of a volume that of its claim; of a free volume none", () => {
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

  it("lets a rule that another one supersedes suspend nothing", () => {
    const volume = rule("PersistentVolume/pv-1");
    const superseded = problem("PersistentVolumeClaim/default/data", "superseded");
    const { rules, unresolved } = resolve([volume], [superseded], [[volume.target, found]]);
    expect(rules[0]?.deletionsSuspended).toBeUndefined();
    expect(unresolved.size).toBe(0);
  });
});

function resolve(
  rules: SourceRule[],
  problems: RuleProblem[],
  resolutions: [RuleTarget, Resolution][],
): ReturnType<typeof resolveRules> {
  return resolveRules({ rules, problems }, new Map(resolutions));
}

function rule(id: string): SourceRule {
  return {
    id,
    name: `name-of-${id}`,
    origin: originOf(id),
    target: targetOf(),
    deltas: parseDeltas("PT1H P1D"),
    deletionPolicy: "retain",
    ignoreDeletionBudget: false,
    warnings: [],
  };
}

function problem(id: string, outcome: RuleProblem["outcome"]): RuleProblem {
  return {
    id,
    name: `name-of-${id}`,
    origin: originOf(id),
    outcome,
    reason: outcome === "refused" ? "InvalidDeltas" : "SupersededByAnotherRule",
    message: "something",
    target: targetOf(),
  };
}

function targetOf(): RuleTarget {
  return { kind: "disk", backend: "aws", disk: { region: "eu-west-1", volumeId: "vol-1" } };
}

function originOf(id: string): SourceRule["origin"] {
  const [kind, ...rest] = id.split("/");
  return {
    apiVersion: "v1",
    kind: kind as SourceRule["origin"]["kind"],
    name: rest.at(-1) as string,
    uid: id,
    creationTimestamp: "2026-01-01T00:00:00Z",
  };
}
