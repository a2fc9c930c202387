import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { historyOf, hourly, OneDisk, START, snapshotOf } from "./one-disk.ts";

const rule = ruleOf("PT1H PT3H");
const wakesAfter = (disk: OneDisk): number => disk.plan().wakeAt - (disk.now - START);

describe("a plan says when time alone may change it:", () => {
  it("when the next one is due", () => {
    expect(wakesAfter(new OneDisk().rule(rule).list(historyOf(hourly(4))))).toBe(HOUR / 2);
  });

  it("when the newest gets too old, where the next one cannot be taken", () => {
    const pending = snapshotOf(MINUTE, { state: "pending" });
    const disk = new OneDisk().rule(rule).list([...historyOf(hourly(3)), pending]);
    const { lateAt } = disk.plan().readiness as { lateAt: number };
    expect(wakesAfter(disk)).toBe(lateAt - disk.now);
    expect(disk.pass(wakesAfter(disk) - 1).plan().readiness?.ready).toBe(true);
    expect(disk.pass(1).plan().readiness?.ready).toBe(false);
    expect(wakesAfter(disk)).toBeGreaterThan(0);
  });

  it("after ten minutes, while a budget or a clock keeps what has expired", () => {
    const budget = new OneDisk().rule(rule).list(historyOf(hourly(10)));
    expect(wakesAfter(budget)).toBe(10 * MINUTE);
    expect(wakesAfter(new OneDisk({ wallError: DAY }).rule(rule).list(historyOf(hourly(10))))).toBe(10 * MINUTE);
  });

  it("when a grace ends, if that is sooner", () => {
    const before = historyOf(hourly(8, 25 * HOUR), { schedule: "PT1H PT12H" });
    const own = snapshotOf(HOUR / 2, { since: START - DAY + 4 * MINUTE, held: 8 });
    const disk = new OneDisk().rule(rule).list([...before, own]);
    expect(disk.deletions()).toEqual([]);
    expect(wakesAfter(disk)).toBe(4 * MINUTE);
    expect(disk.pass(4 * MINUTE).reasons()).not.toContain("Grace");
  });

  it("when an undeletable one is tried again", () => {
    const disk = new OneDisk().rule(ruleOf("P1D P3D")).list(
      historyOf(
        [4.1, 3, 2, 1, 0].map((days) => days * DAY),
        { schedule: "P1D P3D" },
      ),
    );
    const [first] = disk.deletions() as [string];
    disk.deletionRefused(first).pass(55 * MINUTE);
    expect(wakesAfter(disk)).toBe(5 * MINUTE);
    expect(disk.deferral("Undeletable")).toMatchObject({ count: 1, until: disk.now + 5 * MINUTE });
  });

  it("when more room may be made: an interval after the first deletion that made some", () => {
    const disk = new OneDisk({ capabilities: { maxSnapshotsPerDisk: 3 } }).rule(rule).list(historyOf(hourly(9, HOUR)));
    for (const id of disk.deletions("room")) disk.deleted(id, true);
    disk.pass(20 * MINUTE);
    expect(disk.reasons()).toContain("LimitReached");
    expect(wakesAfter(disk.rule({ ...rule, deletionsSuspended: "" }))).toBe(40 * MINUTE);
  });

  it("not for deletions that are suspended by another object", () => {
    const disk = new OneDisk().rule({ ...rule, deletionsSuspended: "a rule" }).list(historyOf(hourly(10)));
    expect(wakesAfter(disk)).toBe(HOUR / 2);
  });

  it("when a pending one is stuck, a creation is tried again, or a breaker closes", () => {
    const pending = new OneDisk().rule(rule).list([snapshotOf(23 * HOUR, { state: "pending" })]);
    expect(wakesAfter(pending)).toBe(HOUR);
    const refused = new OneDisk().rule(rule).list([]).createRefused({});
    expect(wakesAfter(refused)).toBe(MINUTE);
    expect(refused.deferral("CreationFailed")).toMatchObject({ count: 1, until: START + MINUTE, detail: "refused" });
    const failed = new OneDisk().rule(rule).list([snapshotOf(0, { state: "failed" })]);
    expect(wakesAfter(failed)).toBe(MINUTE);
  });

  it("never while an answer is waited for", () => {
    const disk = new OneDisk().rule(rule).list([]);
    disk.fact({ type: "creation.sent", request: disk.request() });
    expect(disk.plan().wakeAt).toBe(Number.POSITIVE_INFINITY);
    expect(disk.reasons()).toContain("Requesting");
  });

  it("as soon as the first of several reasons may be over", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(hourly(10)));
    disk.deletionRefused(disk.deletions()[0] as string).pass(HOUR - 3 * MINUTE);
    expect(disk.reasons()).toEqual(expect.arrayContaining(["DeletionBudget", "Undeletable"]));
    expect(wakesAfter(disk)).toBe(3 * MINUTE);
  });

  it("when more room may be made, where none was made: in an interval", () => {
    const disk = new OneDisk({ capabilities: { maxSnapshotsPerDisk: 1 } }).rule(rule).list(historyOf([HOUR]));
    expect(disk.reasons()).toContain("LimitReached");
    expect(wakesAfter(disk)).toBe(HOUR);
  });

  it("when more room may be made: by the first deletion that still counts", () => {
    const disk = new OneDisk({ capabilities: { maxSnapshotsPerDisk: 3 } }).rule(rule).list(historyOf(hourly(9, HOUR)));
    const [first, second] = disk.deletions("room") as [string, string];
    disk
      .deleted(first, true)
      .pass(50 * MINUTE)
      .deleted(second, true)
      .pass(20 * MINUTE);
    expect(wakesAfter(disk.rule({ ...rule, deletionsSuspended: "" }))).toBe(40 * MINUTE);
    expect(wakesAfter(disk.pass(40 * MINUTE))).toBe(HOUR);
  });

  it("an orphan's, while clocks or lists keep what has expired: in ten minutes", () => {
    const expiring = historyOf(hourly(9), { policy: "expire" });
    const wakes = (disk: OneDisk): unknown => [disk.reasons(), wakesAfter(disk)];
    const undated = new OneDisk({ dates: false }).list(expiring).pass(2 * HOUR);
    expect(wakes(undated)).toEqual([["NoDate"], 10 * MINUTE]);
    const apart = new OneDisk({ wallError: DAY }).list(expiring).pass(2 * HOUR);
    expect(wakes(apart)).toEqual([["ClockApart"], 10 * MINUTE]);
    const policy = { rulesMaxAge: DAY, rulesMaxAgeForDeletions: 10 * MINUTE };
    const unconfirmed = new OneDisk({ policy }).list(expiring).pass(2 * HOUR);
    unconfirmed.rulesAge = HOUR;
    expect(wakes(unconfirmed)).toEqual([["RulesNotConfirmed"], 10 * MINUTE]);
    const disagreeing = new OneDisk()
      .list(expiring)
      .pass(2 * HOUR)
      .list(expiring.slice(6));
    expect(wakes(disagreeing)).toEqual([["ListsDisagree"], 10 * MINUTE]);
  });

  it("an orphan's: in a quarter of the interval, an hour at most", () => {
    const expiring = (schedule: string, every: number): OneDisk =>
      new OneDisk().list(historyOf([every, 2 * every, 3 * every], { schedule, policy: "expire" })).pass(2 * HOUR);
    expect(wakesAfter(expiring("PT2H PT4H", 2 * HOUR))).toBe(30 * MINUTE);
    expect(wakesAfter(expiring("P1D P2D", DAY))).toBe(HOUR);
    expect(wakesAfter(expiring("PT1M PT2M", MINUTE))).toBe(MINUTE);
  });
});
