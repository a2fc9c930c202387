import { BackendError } from "@k8s-snapshots/backend-api";
import { ruleOf } from "@k8s-snapshots/scheduler/testing";
import { beforeEach, expect, it } from "vitest";
import { originOf, ResolvedWorld } from "../../test/declared-rules.ts";
import { createMetrics } from "./metrics.ts";

const disk = { location: "eu-west-1", id: "vol-1" };
const rule = ruleOf("PT1H P1D", { id: "PersistentVolumeClaim/default/data", backend: "aws", disk });
const about = { backend: "aws", disk, rule };

let world: ResolvedWorld;

beforeEach(() => {
  world = new ResolvedWorld();
});

it("say how old the newest ready snapshot is beside the interval that was asked for", async () => {
  const newest = 1_700_000_000_000;
  const readiness = { ready: true, newest, lateAt: newest + 7_200_000, held: 1, widestGap: undefined };
  const metrics = createMetrics();
  metrics.onRules(world.next({ rule: rule }));
  metrics.onSchedulerEvent({ type: "readiness.changed", ...about, readiness });
  metrics.onSchedulerEvent({
    type: "snapshot.ready",
    ...about,
    snapshot: { id: "snap-1", createdAt: newest },
    took: 1,
  });
  const where = { backend: "aws", location: disk.location };
  metrics.onSchedulerEvent({ type: "call.ended", ...where, kind: "create", took: 1, code: "throttled" });
  metrics.onSchedulerEvent({ type: "call.ended", ...where, kind: "create", took: 1, code: undefined });
  const error = new BackendError("throttled", "slow down");
  metrics.onSchedulerEvent({ type: "snapshot.failed", ...about, error, retryAt: 0 });
  metrics.onSchedulerEvent({ type: "location.failed", ...where, error, retryAt: 0 });

  const { text } = await metrics.text();
  expect(text).toContain(`k8s_snapshots_newest_snapshot_timestamp_seconds{rule="${rule.id}"} 1700000000`);
  expect(text).toContain(`k8s_snapshots_rule_interval_seconds{rule="${rule.id}"} 3600`);
  expect(text).toContain('k8s_snapshots_snapshots_created_total{backend="aws",location="eu-west-1"} 1');
  expect(text).toContain('operation="create",code="throttled"} 1');
  expect(text).toContain('operation="list",code="throttled"} 1');
});

it("of several replicas each counts what it serves, and one the objects without a disk", async () => {
  const elsewhere = ruleOf("PT1H P1D", {
    id: "PersistentVolume/other",
    backend: "aws",
    disk: { location: "us", id: "1" },
  });
  const finding = { id: "SnapshotRule/default/bad", name: "bad", reason: "InvalidDeltas", message: "no" } as const;
  const changes = world.next({ rule }, { rule: elsewhere }, { finding });
  const textOf = async (location: string, speaksOfOthers: boolean): Promise<string> => {
    const metrics = createMetrics();
    metrics.onRules(changes);
    const tenure = (of: string) => (of === location ? "owner" : "none");
    metrics.connect({
      volumes: () => undefined,
      needs: () => [],
      callRates: () => [],
      speaksFor: (one) => (one === undefined ? speaksOfOthers : one.disk.location === location),
      tenures: () => ["eu-west-1", "us"].map((of) => ({ backend: "aws", location: of, tenure: tenure(of) })),
    });
    return (await metrics.text()).text;
  };
  const one = await textOf("eu-west-1", true);
  const other = await textOf("us", false);
  for (const text of [one, other]) expect(text).toContain("k8s_snapshots_rules 1");
  expect(one).toContain('k8s_snapshots_rule_problems{reason="InvalidDeltas"} 1');
  expect(other).not.toContain("k8s_snapshots_rule_problems{");
  expect(one).toContain(`rule_interval_seconds{rule="${rule.id}"}`);
  expect(one).not.toContain(elsewhere.id);
  expect(one).toContain('location_owned{backend="aws",location="eu-west-1"} 1');
  expect(one).toContain('location_owned{backend="aws",location="us"} 0');
});

it("count the disks that each reason holds up, and the deletions that were stopped", async () => {
  const metrics = createMetrics();
  const other = { ...about, disk: { ...disk, id: "vol-2" } };
  const grace = { reason: "Grace", count: 3 } as const;
  metrics.onSchedulerEvent({ type: "disk.deferred", ...about, deferrals: [grace, { reason: "Pending", count: 1 }] });
  metrics.onSchedulerEvent({ type: "disk.deferred", ...other, deferrals: [grace] });
  metrics.onSchedulerEvent({ type: "disk.deferred", ...about, deferrals: [grace] });
  metrics.onSchedulerEvent({ type: "deletion.refused", ...about, id: "snap-1", reason: "HeldByLabel" });
  const { text } = await metrics.text();
  expect(text).toContain('k8s_snapshots_deferrals{reason="Grace",severity="warning"} 2');
  expect(text).toContain('k8s_snapshots_deferrals{reason="Pending",severity="info"} 0');
  expect(text).toContain(
    'k8s_snapshots_deletions_refused_total{backend="aws",location="eu-west-1",reason="HeldByLabel"} 1',
  );
});

it("forget the series of a rule that is gone, and of a disk that has no newest one any more", async () => {
  const metrics = createMetrics();
  const readiness = { ready: true, newest: 5_000, lateAt: 6_000, held: 1, widestGap: undefined };
  metrics.onRules(world.next({ rule: rule }));
  metrics.onSchedulerEvent({ type: "readiness.changed", ...about, readiness });
  metrics.onSchedulerEvent({ type: "readiness.changed", ...about, readiness: { ...readiness, newest: undefined } });
  const { text } = await metrics.text();
  expect(text).not.toContain("newest_snapshot_timestamp_seconds{");
  metrics.onRules(world.next());
  expect((await metrics.text()).text).not.toContain("rule_interval_seconds{");
});

it("write a rule's name so that Prometheus can read it", async () => {
  const metrics = createMetrics();
  const named = { ...rule, id: 'a"b\\c\nd' };
  metrics.onRules(world.next({ rule: named }));
  expect((await metrics.text()).text).toContain('{rule="a\\"b\\\\c\\nd"} 3600\n');
});

it("scrape-1: 10,000 rules are scraped from text that events keep: nothing is asked, and nothing built again", async () => {
  const metrics = createMetrics();
  const rules = Array.from({ length: 10_000 }, (_, n) => ({ ...rule, id: `PersistentVolumeClaim/default/${n}` }));
  metrics.onRules(world.next(...rules.map((one) => ({ rule: one }))));
  const linesOf = (text: string): string[] =>
    text.split("\n").filter((line) => line.includes("rule_interval_seconds{"));
  const before = linesOf((await metrics.text()).text);
  expect(before).toHaveLength(10_000);
  const edited = { ...(rules[7] as typeof rule), deltas: ruleOf("P1D P7D").deltas as NonNullable<typeof rule.deltas> };
  metrics.onRules(new Map([[edited.id, { before: undefined, after: { ...withRule, rule: edited } }]]));
  const after = linesOf((await metrics.text()).text);
  expect(after.filter((line, index) => line !== before[index])).toEqual([
    `k8s_snapshots_rule_interval_seconds{rule="${edited.id}"} 86400`,
  ]);
});

const withRule = { origin: originOf(rule.id), warnings: [], finding: undefined };
