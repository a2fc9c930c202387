import { BackendError } from "@k8s-snapshots/backend-api";
import type { ClaimObject, VolumeObject } from "@k8s-snapshots/k8s-source";
import { parseDeltas } from "@k8s-snapshots/retention";
import type { LastPlan, Readiness, Rule } from "@k8s-snapshots/scheduler";
import { describe, expect, it } from "vitest";
import { originOf } from "../../test/declared-rules.ts";
import type { Finding, ResolvedRule } from "../rules/resolved-rule.ts";
import { describeVolume, judgeVolume } from "./judge-volume.ts";
import type { Subject } from "./subjects.ts";
import type { VolumeCoverage } from "./volume-coverage.ts";

const HOUR = 3_600_000;
const now = Date.UTC(2026, 0, 10);
const id = "PersistentVolumeClaim/shop/data";
const metadata = { namespace: "shop", name: "data", uid: "claim", creationTimestamp: "2026-01-01T00:00:00Z" };
const claim: ClaimObject = { metadata, spec: { volumeName: "pv-data" } };
const volume: VolumeObject = {
  metadata: { name: "pv-data", uid: "volume", creationTimestamp: metadata.creationTimestamp },
  spec: { claimRef: { namespace: "shop", name: "data", uid: "claim" } },
};
const bound: Subject = { id, metadata, claim, volume };
const rule: Rule = {
  id,
  name: "pvc-data",
  backend: "memory",
  disk: { location: "home", id: "disk-1" },
  deltas: parseDeltas("PT1H P1D"),
};

interface World {
  readonly subject?: Subject;
  readonly asking?: readonly Partial<ResolvedRule>[];
  readonly plan?: LastPlan | undefined;
  readonly error?: BackendError;
}

function judge({ subject = bound, asking = [{ rule }], plan, error }: World): VolumeCoverage {
  const known = { lastPlan: () => plan, errorOf: () => error };
  const all = asking.map((one) => ({
    origin: originOf(id),
    warnings: [],
    rule: undefined,
    finding: undefined,
    ...one,
  }));
  return describeVolume(subject, judgeVolume(subject, all, known, "backup.kubernetes.io/exclude", now), now);
}

/** What the last plan said, an age of the newest good snapshot in hours at least. */
function planOf(age: number | undefined, differences: Partial<LastPlan> & { readonly ready?: boolean } = {}): LastPlan {
  const newest = age === undefined ? undefined : now - age * HOUR;
  const lateAt = newest === undefined ? undefined : newest + 2 * HOUR;
  const { ready = lateAt !== undefined && now < lateAt, ...others } = differences;
  const readiness: Readiness = { ready, newest, lateAt, held: age === undefined ? 0 : 5, widestGap: undefined };
  return { readiness, deferrals: [], dueAt: undefined, ...others };
}

describe("a volume with a rule", () => {
  it("is protected while its newest good snapshot is young enough", () => {
    expect(judge({ plan: planOf(1) })).toEqual({
      object: id,
      namespace: "shop",
      name: "data",
      volume: "pv-data",
      protection: "protected",
      reason: "UpToDate",
      message: "the newest ready snapshot of disk-1 is of 2026-01-09T23:00:00Z",
      rule: { id, deltas: "PT1H P1D", interval: HOUR, backend: "memory", location: "home", disk: "disk-1" },
      newest: now - HOUR,
      lateAt: now + HOUR,
      held: 5,
      worstGap: HOUR,
    });
  });

  it.each<[string, World, string, string]>([
    ["has not listed its snapshots", {}, "unprotected", "NotListed"],
    ["never had a good one", { plan: planOf(undefined) }, "unprotected", "NoSnapshotYet"],
    [
      "never had a good one, as the storage system refuses",
      { plan: planOf(undefined), error: new BackendError("forbidden", "not authorized") },
      "unprotected",
      "Forbidden",
    ],
    ["has one that is too old", { plan: planOf(3) }, "late", "Late"],
    ["has one that got too old since the last plan", { plan: planOf(3, { ready: true }) }, "late", "Late"],
    ["has one of ten intervals and a day before", { plan: planOf(25) }, "unprotected", "Late"],
    [
      "waits for one that is in the making",
      { plan: planOf(3, { deferrals: [{ reason: "Pending", count: 1 }] }) },
      "late",
      "Late",
    ],
    [
      "needs somebody to act",
      { plan: planOf(3, { deferrals: [{ reason: "BreakerOpen", count: 0 }] }) },
      "unprotected",
      "BreakerOpen",
    ],
    [
      "has something to be known beside it",
      { plan: planOf(1, { deferrals: [{ reason: "Grace", count: 3 }] }) },
      "protected",
      "Grace",
    ],
  ])("that %s", (_, world, protection, reason) => {
    expect(judge(world)).toMatchObject({ protection, reason });
  });

  it("has its gap up to now", () => {
    const plan = planOf(3);
    const wide = { ...plan, readiness: { ...(plan.readiness as Readiness), widestGap: 5 * HOUR } };
    expect(judge({ plan }).worstGap).toBe(3 * HOUR);
    expect(judge({ plan: wide }).worstGap).toBe(5 * HOUR);
  });
});

describe("a volume without one", () => {
  const findingOf = (reason: Finding["reason"]): Finding => ({
    id,
    name: "pvc-data",
    reason,
    message: `why: ${reason}`,
  });
  const excluded = { "backup.kubernetes.io/exclude": " scratch space " };
  const unbound: Subject = { ...bound, claim: { ...claim, spec: {} }, volume: undefined };
  const free: VolumeObject = { metadata: volume.metadata, spec: {} };
  const ofVolume = (one: VolumeObject): Subject => ({
    id: "PersistentVolume/pv-data",
    metadata: one.metadata,
    claim: undefined,
    volume: one,
  });

  it.each<[string, World, VolumeCoverage["protection"], string]>([
    ["that nothing asks for", { asking: [] }, "unprotected", "NoRule"],
    ["whose rule is mistyped", { asking: [{ finding: findingOf("InvalidDeltas") }] }, "unprotected", "InvalidDeltas"],
    [
      "that no backend knows",
      { asking: [{ finding: findingOf("VolumeUnsupported") }] },
      "unprotected",
      "VolumeUnsupported",
    ],
    [
      "whose rule is superseded by one for the same disk",
      { asking: [{ finding: findingOf("SupersededByAnotherRule") }] },
      "unprotected",
      "SupersededByAnotherRule",
    ],
    [
      "whose rule stands only so that nothing is deleted",
      { asking: [{ rule: { ...rule, deltas: undefined } as unknown as Rule, finding: findingOf("InvalidDeltas") }] },
      "unprotected",
      "InvalidDeltas",
    ],
    ["whose claim has none", { subject: unbound, asking: [] }, "unprotected", "Unbound"],
    ["that no claim has", { subject: ofVolume(free), asking: [] }, "unprotected", "Available"],
    ["whose claim is gone", { subject: ofVolume(volume), asking: [] }, "unprotected", "Released"],
    [
      "that is being deleted",
      { subject: { ...bound, metadata: { ...metadata, deletionTimestamp: "2026-01-09T00:00:00Z" } }, asking: [] },
      "unprotected",
      "PendingDeletion",
    ],
    [
      "that needs none",
      { subject: { ...bound, claim: { ...claim, metadata: { ...metadata, annotations: excluded } } }, asking: [] },
      "excluded",
      "Excluded",
    ],
  ])("%s", (_, world, protection, reason) => {
    expect(judge(world)).toMatchObject({ protection, reason });
  });

  it("says in its owner's words why it needs none", () => {
    const subject = ofVolume({ ...volume, metadata: { ...volume.metadata, annotations: excluded } });
    expect(judge({ subject, asking: [] }).message).toBe("scratch space");
  });

  it("is protected by what supersedes its own rule", () => {
    const asking = [{ finding: findingOf("SupersededByAnotherRule") }, { rule }];
    expect(judge({ asking, plan: planOf(1) })).toMatchObject({ protection: "protected", rule: { id } });
  });
});
