import { IDEMPOTENCY_KEY_LABEL } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import type { ListedSnapshot } from "../../src/state/claim-snapshots.ts";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { homeDisk, ruleOf } from "../../src/testing/builders.ts";
import { historyOf, hourly, OneDisk, type OneDiskOptions, START, snapshotOf } from "./one-disk.ts";

const rule = ruleOf("PT1H PT3H", { ignoreDeletionBudget: true });
const own = historyOf(hourly(4, 2 * HOUR));

/** Ours, and others beside them that would go if they were. */
function withOthers(others: readonly ListedSnapshot[], options: OneDiskOptions = {}): OneDisk {
  const all = [...others, ...own].sort((a, b) => a.createdAt - b.createdAt);
  return new OneDisk(options).rule(rule).list(all);
}

describe("rule 11: not ours, neither counted nor deleted, and said", () => {
  const ages = hourly(5, 20 * MINUTE);
  it.each([
    ["another cluster's", historyOf(ages, { cluster: "B" }), "OtherCluster"],
    ["those requested for another disk", historyOf(ages, { disk: "00000000" }), "Copies"],
    [
      "those dated more than an hour after their request",
      ages.map((age) => snapshotOf(age, { requestedAt: START - age - HOUR - MINUTE })),
      "Copies",
    ],
    ...[
      "velero.io/backup",
      "aws:dlm:lifecycle-policy-id",
      "aws:backup:source-resource",
      "CSIVolumeSnapshotName",
      "goog-gke-backup",
    ].map((key) => [`what carries ${key}`, historyOf(ages, { labels: { [key]: "x" } }), "OtherTool"] as const),
  ] as const)("%s", (_, others, reason) => {
    const disk = withOthers(others);
    expect(disk.deletions()).toEqual([]);
    expect(disk.creates()).toBe(true);
    expect(disk.deferral(reason)).toMatchObject({ count: 5 });
  });

  it("as an orphan's neither", () => {
    const orphan = new OneDisk().list(historyOf(hourly(9), { cluster: "B", policy: "expire" }));
    expect(orphan.pass(5 * DAY).deletions()).toEqual([]);
  });
});

it("rule 11: one dated less than an hour after its request is ours, to the millisecond", () => {
  const disk = withOthers([snapshotOf(20 * MINUTE, { requestedAt: START - 80 * MINUTE })]);
  expect(disk.creates()).toBe(false);
});

it("rule 11: what this process made is ours, whenever it is dated", () => {
  const disk = new OneDisk().rule(rule).list([]);
  const request = disk.request();
  const labels = { ...request.labels, [IDEMPOTENCY_KEY_LABEL]: request.idempotencyKey };
  const late: ListedSnapshot = { id: "late", createdAt: START + 2 * HOUR, state: "ready", labels };
  disk.fact({ type: "creation.sent", request }).pass(2 * HOUR);
  disk.fact({ type: "creation.accepted", snapshot: late }).list([late]).list([late]);
  expect(disk.state.table.rows().map(({ id }) => id)).toEqual(["late"]);
  expect(disk.state.strangers).toEqual({
    otherClusters: 0,
    clusters: [],
    copies: 0,
    otherTools: 0,
    tools: [],
    unclaimed: 0,
  });
});

it("rule 11: a copy stays one while this process has made another", () => {
  const disk = new OneDisk({ capabilities: { listLagMs: HOUR } }).rule(rule).list([]);
  disk.create();
  disk.list([snapshotOf(HOUR, { disk: "00000000" }), snapshotOf(3 * HOUR, { cluster: "B" })]);
  expect(disk.state.strangers).toMatchObject({ copies: 1, otherClusters: 1 });
  disk.list([snapshotOf(HOUR, { labels: { "velero.io/backup": "x" } }), snapshotOf(3 * HOUR, { cluster: "B" })]);
  expect(disk.state.strangers).toMatchObject({ otherTools: 1, otherClusters: 1 });
});

it("rule 11: what two tools marked is said of both", () => {
  const others = ["velero.io/backup", "aws:backup:source-resource", "velero.io/restore"].map((key, index) =>
    snapshotOf((index + 1) * DAY, { labels: { [key]: "x" } }),
  );
  expect(withOthers(others).deferral("OtherTool")).toMatchObject({ count: 3, detail: "AWS Backup, Velero" });
});

describe("rule 11: of several with one key on one disk", () => {
  const key = "one-key";

  it("the oldest is ours, and what carries its very marks is a copy", () => {
    const original = snapshotOf(2.5 * HOUR, { key });
    const copy = { ...original, id: "copy", createdAt: original.createdAt + 30 * MINUTE };
    const disk = new OneDisk().rule(rule).list([original, copy]);
    expect(disk.state.table.rows().map(({ id }) => id)).toEqual([original.id]);
    expect(disk.deferral("Copies")).toMatchObject({ count: 1 });
    expect(disk.state.table.rows()).toMatchObject([{ requestedHere: false }]);
  });

  it("what another request made stands twice, and goes first", () => {
    const doubled = [snapshotOf(7 * HOUR), snapshotOf(6 * HOUR), ...own];
    const twin = snapshotOf(6 * HOUR - MINUTE, { instance: "other", key: "6" });
    const first = {
      ...(doubled[1] as ListedSnapshot),
      labels: { ...doubled[1]?.labels, [IDEMPOTENCY_KEY_LABEL]: "6" },
    };
    const disk = new OneDisk().rule(rule).list([doubled[0] as ListedSnapshot, first, twin, ...own]);
    expect(disk.deletions()).toEqual([twin.id, "old-25200", first.id]);
  });

  it("of three each that another request made goes first, in whatever order they are listed", () => {
    const all = ["a", "b", "c"].map((instance, index) =>
      snapshotOf((7 - index) * HOUR + MINUTE, { instance, key: "one" }),
    );
    const disk = new OneDisk().rule(rule).list([...all.toReversed(), ...own]);
    expect(disk.deletions()).toEqual(["old-21660", "old-18060", "old-25260"]);
  });

  it("a failed one takes nobody's place", () => {
    const failed = snapshotOf(2 * HOUR + MINUTE, { key, state: "failed" });
    const ready = { ...failed, id: "ready", state: "ready" as const, createdAt: failed.createdAt + MINUTE };
    const disk = new OneDisk().rule(rule).list([failed, ready]);
    expect(disk.state.table.rows().map(({ id }) => id)).toContain("ready");
  });
});

describe("rule 11: those without a cluster's id", () => {
  const bare = historyOf(hourly(5, 7 * HOUR), { bare: true });

  it("are ours while a rule of ours names the disk", () => {
    const disk = new OneDisk().rule(rule).list(bare);
    expect(disk.plan().readiness).toMatchObject({ held: 5 });
  });

  it("are not where another cluster's stand on it", () => {
    const disk = withOthers([...bare, snapshotOf(3 * DAY, { cluster: "B" })]);
    expect(disk.deferral("Unclaimed")).toMatchObject({ count: 5 });
    expect(disk.state.table.length).toBe(4);
  });

  it("do not expire where no rule names the disk", () => {
    const labels = { "k8s-snapshots/deletion-policy": "expire", "k8s-snapshots/deltas": "PT1H PT3H" };
    const disk = new OneDisk().list(bare.map((one) => ({ ...one, labels: { ...one.labels, ...labels } })));
    expect(disk.pass(9 * DAY).deletions()).toEqual([]);
    const mixed = new OneDisk().list([...bare, ...historyOf(hourly(6), { policy: "expire" })]);
    expect(mixed.pass(DAY).deletions("orphaned")).not.toContain(bare[0]?.id);
  });

  it("do not decide for ours beside them where no rule names the disk", () => {
    const beside = [...historyOf(hourly(6, HOUR), { policy: "expire" }), snapshotOf(MINUTE, { bare: true })];
    expect(new OneDisk().list(beside).pass(DAY).deletions("orphaned")).toHaveLength(2);
  });
});

describe("rule 11: a former cluster's", () => {
  const former = historyOf(hourly(9), { cluster: "former" });
  const identity = { formerClusters: ["former"] };

  it("are another's without the setting", () => {
    expect(new OneDisk().rule(rule).list(former).deferral("OtherCluster")).toMatchObject({
      count: 9,
      detail: "former",
    });
    const several = [...former, snapshotOf(MINUTE, { cluster: "B" })];
    expect(new OneDisk().rule(rule).list(several).deferral("OtherCluster")?.detail).toBe("B, former");
  });

  it("are taken over by it as made under no schedule", () => {
    const disk = new OneDisk({ identity }).rule(rule).list(former);
    expect(disk.plan().readiness).toMatchObject({ held: 9 });
    expect(disk.deletions()).toEqual([]);
    expect(disk.reasons()).toContain("Grace");
  });

  it("are not while snapshots under that id still get made", () => {
    const disk = new OneDisk({ identity })
      .rule(rule)
      .list(former)
      .pass(10 * MINUTE);
    disk.list([...former, snapshotOf(-5 * MINUTE, { cluster: "former" })]);
    expect(disk.state.table.length).toBe(0);
    expect(disk.deferral("OtherCluster")).toMatchObject({ count: 10 });
  });

  it("are, although one was made within a minute of the first list, or another cluster's or nobody's after it", () => {
    const disk = new OneDisk({ identity })
      .rule(rule)
      .list(former)
      .pass(10 * MINUTE);
    disk.list([...former, snapshotOf(-MINUTE, { cluster: "former" })]);
    expect(disk.state.table.length).toBe(10);
    disk.list([...former, snapshotOf(-5 * MINUTE, { cluster: "B" }), snapshotOf(-6 * MINUTE, { bare: true })]);
    expect(disk.state.table.length).toBe(9);
  });

  it("do not expire as an orphan's", () => {
    const disk = new OneDisk({ identity }).list(historyOf(hourly(9), { cluster: "former", policy: "expire" }));
    expect(disk.pass(9 * DAY).deletions()).toEqual([]);
  });
});

it("rule 11: a request says whose it is, and for which disk and moment", () => {
  const { labels } = new OneDisk().rule(rule).list([]).request();
  const listed: ListedSnapshot = { id: "made", createdAt: START + MINUTE, state: "ready", labels };
  expect(new OneDisk().rule(rule).list([listed]).state.table.length).toBe(1);
  const later = { ...listed, createdAt: START + 2 * HOUR };
  expect(new OneDisk().rule(rule).list([later]).state.strangers.copies).toBe(1);
  expect(labels["k8s-snapshots/cluster"]).toBe("cluster-1");
  expect(labels["k8s-snapshots/rule"]).toBe(`pv-${homeDisk.id}`);
});
