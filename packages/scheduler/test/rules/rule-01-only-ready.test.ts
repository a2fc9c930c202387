import { describe, expect, it } from "vitest";
import type { ListedSnapshot } from "../../src/state/claim-snapshots.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { historyOf, hourly, OneDisk, START, snapshotOf } from "./one-disk.ts";

const rule = ruleOf("PT1H PT3H");

describe("rule 1: only ready ones count as kept", () => {
  it("not one that is being deleted", () => {
    const disk = new OneDisk()
      .rule(rule)
      .list([...historyOf(hourly(3, HOUR)), snapshotOf(MINUTE, { state: "deleting" })]);
    expect(disk.plan()).toMatchObject({ creation: {}, readiness: { held: 3 } });
  });

  it.each(["pending", "unknown", "failed"] as const)("the newest is %s, and pushes out none", (state) => {
    const ages = hourly(7).slice(1);
    const disk = new OneDisk().rule(rule).list([...historyOf(ages), snapshotOf(HOUR / 2, { state })]);
    expect(disk.deletions("expired")).toEqual([6.5, 5.5].map((hours) => `old-${hours * 3_600}`));
  });

  it("nor does one dated ahead by more than the clocks may differ, which is kept and said", () => {
    const ahead = snapshotOf(-DAY, { id: "ahead" });
    const disk = new OneDisk().rule(rule).list([...historyOf(hourly(7, HOUR)), ahead]);
    expect(disk.deletions()).toEqual(["old-25200", "old-21600", "old-18000"]);
    expect(disk.creates()).toBe(true);
    expect(disk.deferral("FutureDated")).toMatchObject({ count: 1, detail: "ahead" });
    disk.list([...historyOf(hourly(7, HOUR)), ahead, snapshotOf(-2 * DAY, { id: "further" })]);
    expect(disk.deferral("FutureDated")).toMatchObject({ count: 2, detail: "ahead, further" });
  });

  it("one that is four minutes ahead counts", () => {
    const disk = new OneDisk().rule(rule).list([...historyOf(hourly(4, HOUR)), snapshotOf(-4 * MINUTE)]);
    expect(disk.creates()).toBe(false);
  });
});

describe("rule 1: a pending or unknown one", () => {
  it.each([
    ["pending", "Pending"],
    ["unknown", "Unknown"],
  ] as const)("stops a second creation while it is %s", (state, reason) => {
    const disk = new OneDisk().rule(rule).list([snapshotOf(90 * MINUTE), snapshotOf(10 * MINUTE, { state })]);
    disk.pass(2 * HOUR);
    expect(disk.creates()).toBe(false);
    expect(disk.reasons()).toContain(reason);
  });

  it("is never deleted, however old", () => {
    const old = (["pending", "unknown"] as const).map((state) => snapshotOf(90 * DAY, { id: state, state }));
    const disk = new OneDisk().rule(rule).list([...historyOf(hourly(5)), ...old]);
    expect(disk.deletions()).not.toContain("pending");
    expect(disk.deletions()).not.toContain("unknown");
  });

  it.each([
    ["PT1H PT3H", 24 * HOUR],
    ["P1D P7D", 3 * DAY],
    ["P30D P90D", 7 * DAY],
  ])("of %s is stuck after a day, three intervals, at most a week", (schedule, after) => {
    const pending = snapshotOf(0, { state: "pending", schedule });
    const disk = new OneDisk().rule(ruleOf(schedule)).list([snapshotOf(40 * DAY, { schedule }), pending]);
    disk.pass(after - MINUTE);
    expect(disk.reasons()).toContain("Pending");
    disk.pass(MINUTE);
    expect(disk.reasons()).not.toContain("Pending");
    expect(disk.deferral("Stuck")).toMatchObject({ count: 1, detail: "old-0" });
  });

  it("is waited for twice as long beside one that is stuck already", () => {
    const pending = [snapshotOf(50 * HOUR, { state: "pending" }), snapshotOf(40 * HOUR, { state: "pending" })];
    const disk = new OneDisk().rule(rule).list(pending);
    expect(disk.creates()).toBe(false);
    disk.pass(8 * HOUR + MINUTE);
    expect(disk.creates()).toBe(true);
    expect(disk.deferral("Stuck")).toMatchObject({ count: 2, detail: "old-180000, old-144000" });
  });

  it("is waited for eight days at most, however many are stuck already", () => {
    const stuck = Array.from({ length: 30 }, (_, index) => snapshotOf((60 + index) * DAY, { state: "unknown" }));
    const disk = new OneDisk().rule(rule).list([...stuck, snapshotOf(7 * DAY, { id: "last", state: "unknown" })]);
    expect(disk.deferral("Unknown")).toMatchObject({ detail: "last" });
    expect(disk.deferral("Stuck")).toMatchObject({ count: 30, detail: "old-7689600, old-7603200, old-7516800" });
    expect(disk.creates()).toBe(false);
    disk.pass(DAY + MINUTE);
    expect(disk.creates()).toBe(true);
  });

  it("that is stuck makes the next due an interval after it", () => {
    const schedule = "P30D P90D";
    const pending = snapshotOf(8 * DAY, { state: "pending", schedule });
    const disk = new OneDisk().rule(ruleOf(schedule)).list([snapshotOf(40 * DAY, { schedule }), pending]);
    expect(disk.creates()).toBe(false);
    expect(disk.plan().dueAt).toBe(pending.createdAt + 30 * DAY);
  });
});

describe("rule 1: failed ones", () => {
  const [first, second, third] = [30, 20, 10].map((minutes) => snapshotOf(minutes * MINUTE, { state: "failed" })) as [
    ListedSnapshot,
    ListedSnapshot,
    ListedSnapshot,
  ];
  const old = historyOf([4 * HOUR, 3 * HOUR, 2 * HOUR]);
  const counted = (disk: OneDisk): number | undefined => disk.state.failures?.count;

  it("count once each, and no more once a later one is ready", () => {
    const disk = new OneDisk().rule(rule).list([...old, first]);
    expect(counted(disk.list([snapshotOf(5 * HOUR), ...old, first]))).toBe(1);
    expect(counted(disk.list([...old, first, second]))).toBe(2);
    expect(counted(disk.list(old))).toBe(2);
    expect(counted(disk.list([...old, first, second]))).toBe(2);
    const ready = snapshotOf(15 * MINUTE);
    expect(counted(disk.list([...old, first, second, ready]))).toBeUndefined();
    expect(counted(disk.list([...old, first, second, ready, third]))).toBe(1);
    expect(counted(disk.list([...old, ready, snapshotOf(5 * MINUTE)]))).toBeUndefined();
  });

  it("of which none is there any more count as long as none is ready", () => {
    const disk = new OneDisk()
      .rule(rule)
      .list([...old, snapshotOf(50 * SECOND, { state: "failed" })])
      .list(old);
    expect(disk.reasons()).toContain("SnapshotFailed");
  });

  it("are waited after from when they were seen, but for those that were there from the start", () => {
    const disk = new OneDisk().rule(rule).list([...old, first]);
    expect(disk.creates()).toBe(true);
    disk.pass(MINUTE).list([...old, first, second]);
    expect(disk.deferral("SnapshotFailed")).toMatchObject({ count: 2, until: START + 3 * MINUTE });
  });

  it("are waited after as soon as the storage system says so", () => {
    const disk = new OneDisk().rule(rule).list([]);
    disk.create("failed");
    expect(disk.reasons()).toContain("SnapshotFailed");
  });

  it("do not date what is due, and after a restart the newest dates the last try", () => {
    const disk = new OneDisk().rule(rule).list([snapshotOf(2 * HOUR), snapshotOf(5 * MINUTE, { state: "failed" })]);
    expect(disk.creates()).toBe(true);
  });

  it("are waited after for a minute", () => {
    const disk = new OneDisk().rule(rule).list([snapshotOf(2 * HOUR), snapshotOf(50 * SECOND, { state: "failed" })]);
    expect(disk.deferral("SnapshotFailed")).toStrictEqual({
      reason: "SnapshotFailed",
      count: 1,
      until: START + 10 * SECOND,
    });
    expect(disk.pass(10 * SECOND).creates()).toBe(true);
  });

  it("are said in the storage system's words", () => {
    const failed = { ...snapshotOf(50 * SECOND, { state: "failed" }), failure: "out of space" };
    const disk = new OneDisk().rule(rule).list([snapshotOf(2 * HOUR), failed]);
    expect(disk.deferral("SnapshotFailed")).toMatchObject({ detail: "out of space" });
  });

  it("open no breaker", () => {
    const failed = historyOf(
      hourly(12, (40 * MINUTE) / 3).map((age) => age / 3),
      { state: "failed" },
    );
    const disk = new OneDisk().rule(rule).list([...historyOf(hourly(3, 2 * HOUR)), ...failed]);
    expect(disk.reasons()).not.toContain("BreakerOpen");
    expect(disk.creates()).toBe(true);
  });

  it("are cleaned up at once, but for the newest", () => {
    const failed = historyOf([3 * HOUR, 2 * HOUR, HOUR], { state: "failed" });
    const disk = new OneDisk().rule(rule).list([snapshotOf(4 * HOUR), ...failed]);
    expect(disk.deletions("failed")).toEqual(["old-10800", "old-7200"]);
  });

  it("all go once a later one is ready", () => {
    const failed = historyOf([3 * HOUR, 2 * HOUR], { state: "failed" });
    const disk = new OneDisk().rule(rule).list([snapshotOf(4 * HOUR), ...failed, snapshotOf(HOUR)]);
    expect(disk.deletions("failed")).toEqual(["old-10800", "old-7200"]);
    const same = new OneDisk().rule(rule).list([...failed, snapshotOf(2 * HOUR, { id: "ready" })]);
    expect(same.deletions("failed")).toEqual(["old-10800"]);
  });

  it("one that the storage system refuses to delete is not said to have expired", () => {
    const failed = historyOf([3 * HOUR, 2 * HOUR], { state: "failed" });
    const disk = new OneDisk().rule(rule).list([...failed, snapshotOf(HOUR / 2)]);
    disk.deletionRefused("old-10800");
    expect(disk.deletions()).toEqual(["old-7200"]);
    expect(disk.plan().deferrals).toEqual([]);
  });

  it("stay until a list has shown them", () => {
    const disk = new OneDisk().rule(rule).list([]);
    disk.create("failed", "a");
    disk.pass(2 * MINUTE);
    disk.create("failed", "b");
    expect(disk.deletions()).toEqual([]);
  });

  it("cost no budget", () => {
    const failed = historyOf(hourly(8, 20 * MINUTE), { state: "failed" });
    const disk = new OneDisk().rule(rule).list([...historyOf(hourly(7)), ...failed]);
    expect(disk.deletions("failed")).toHaveLength(7);
    expect(disk.deletions("expired")).toHaveLength(3);
    for (const id of disk.deletions("failed")) disk.fact({ type: "deletion.sent", id });
    expect(disk.deletions("expired")).toHaveLength(3);
  });
});

it.each([
  ["PT10M PT1H", 10 * MINUTE],
  ["P1D P7D", HOUR],
])("rule 1: tries of %s go on after a minute, doubling up to the interval or an hour", (schedule, longest) => {
  const disk = new OneDisk().rule(ruleOf(schedule)).list([]);
  const waits: number[] = [];
  for (let count = 0; count < 9; count++) {
    disk.createRefused({});
    const from = disk.now;
    for (let step = 0; step < 1_000 && !disk.creates(); step++) disk.pass(10 * SECOND);
    waits.push(disk.now - from);
  }
  const doubling = [1, 2, 4, 8, 16, 32, 64, 128, 256].map((minutes) => Math.min(longest, minutes * MINUTE));
  expect(waits).toEqual(doubling);
});
