import { type BackendErrorCode, HOLD_LABEL } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { historyOf, hourly, OneDisk, START, snapshotOf } from "./one-disk.ts";

const rule = ruleOf("PT1H PT3H");

describe("rule 7: a held snapshot is kept", () => {
  it.each([
    ["true", true],
    ["", true],
    ["false", false],
  ])("label %j: %s", (value, isHeld) => {
    const held = snapshotOf(6.5 * HOUR, { labels: { [HOLD_LABEL]: value } });
    const disk = new OneDisk().rule(rule).list([held, ...historyOf(hourly(6))]);
    expect(disk.deletions().includes(held.id)).toBe(!isHeld);
    expect(disk.deferral("HeldByLabel")).toStrictEqual(isHeld ? { reason: "HeldByLabel", count: 1 } : undefined);
  });

  it("whatever its state, and for room and as an orphan too", () => {
    const labels = { [HOLD_LABEL]: "true" };
    const failed = snapshotOf(8 * HOUR, { state: "failed", labels });
    const disk = new OneDisk().rule(rule).list([failed, ...historyOf(hourly(4))]);
    expect(disk.deletions()).toEqual([]);
    const held = historyOf(hourly(3, HOUR), { labels, policy: "expire" });
    const full = new OneDisk({ capabilities: { maxSnapshotsPerDisk: 3 } }).rule(rule).list(held);
    expect(full.deletions()).toEqual([]);
    const orphan = new OneDisk().list(held);
    expect(orphan.pass(3 * DAY).deletions()).toEqual([]);
  });
});

describe("rule 7: an undeletable one", () => {
  const history = historyOf(hourly(9), { held: 8 });
  const few = historyOf(hourly(5));

  it.each(["in-use", "locked", "forbidden"] as BackendErrorCode[])(
    "%s: is tried again after an hour, doubling to a day",
    (code) => {
      const disk = new OneDisk().rule(rule).list(few);
      const [first] = disk.deletions() as [string];
      const waits: number[] = [];
      for (let count = 0; count < 7; count++) {
        disk.deletionRefused(first, { code });
        const from = disk.now;
        for (let step = 0; step < 200 && !disk.deletions().includes(first); step++) disk.pass(10 * MINUTE);
        waits.push((disk.now - from) / HOUR);
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 24, 24]);
    },
  );

  it("costs no budget and stops no others", () => {
    const disk = new OneDisk().rule(rule).list(history);
    const [first, second, third] = disk.deletions();
    disk.deletionRefused(first as string);
    expect(disk.deletions()).toEqual([second, third, "old-19800"]);
    expect(disk.deferral("Undeletable")).toMatchObject({ count: 1, detail: "refused" });
  });

  it("a call that failed is tried again after a minute, doubling to an hour", () => {
    const disk = new OneDisk().rule(rule).list(few);
    const [first] = disk.deletions() as [string];
    const waits: number[] = [];
    for (let count = 0; count < 8; count++) {
      disk.deletionRefused(first, { code: "unavailable" });
      const from = disk.now;
      for (let step = 0; step < 200 && !disk.deletions().includes(first); step++) disk.pass(MINUTE);
      waits.push((disk.now - from) / MINUTE);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it("after a share of first refusals for one newest snapshot the rest waits for the next", () => {
    const many = historyOf(hourly(20), { held: 19 });
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { ignoreDeletionBudget: true })).list(many);
    for (const id of disk.deletions().slice(0, 2)) disk.deletionRefused(id);
    expect(disk.deletions()).toEqual([]);
    expect(disk.reasons()).toContain("DeletionBudget");
    disk.pass(45 * MINUTE);
    disk.list([...many, disk.create()]);
    expect(disk.deletions()).not.toEqual([]);
    disk.deletionRefused(disk.deletions()[0] as string);
    expect(disk.deletions()).not.toEqual([]);
  });

  it("of those that were refused no more than a share are tried again in an hour", () => {
    const many = historyOf(hourly(20), { held: 19 });
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { ignoreDeletionBudget: true })).list(many);
    const refused = disk.deletions().slice(0, 6);
    for (const id of refused) disk.deletionRefused(id);
    disk.pass(HOUR + MINUTE);
    const [one, two, ...rest] = disk.deletions() as [string, string, ...string[]];
    expect(rest).toEqual([]);
    disk.deletionRefused(one).deletionRefused(two);
    expect(disk.deletions()).toEqual([]);
    expect(disk.pass(HOUR).deletions()).toHaveLength(2);
  });

  it("those whose call failed are tried again however many they are", () => {
    const many = historyOf(hourly(20), { held: 19 });
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { ignoreDeletionBudget: true })).list(many);
    const failed = disk.deletions();
    for (const id of failed) disk.deletionRefused(id, { code: "unavailable" });
    expect(disk.pass(MINUTE).deletions()).toEqual(failed);
  });

  it("counts as refused until it is deleted, or listed no more when its time has come", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(hourly(7)));
    const [first, second] = disk.deletions() as [string, string];
    disk.deletionRefused(first).deletionRefused(second);
    const refused = (): string[] => disk.state.refusals.map(({ id }) => id);
    disk.list(historyOf(hourly(7)));
    expect(refused()).toEqual([first, second]);
    expect(disk.deleted(first).state.orphanDeletions).toEqual([]);
    expect(refused()).toEqual([second]);
    disk.pass(HOUR - MINUTE).list(historyOf(hourly(5)));
    expect(refused()).toEqual([second]);
    disk.pass(MINUTE).list(historyOf(hourly(5)));
    expect(refused()).toEqual([]);
  });

  it("is not asked for again before its time because a list lacked it", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(hourly(7)));
    const [first] = disk.deletions() as [string];
    disk.deletionRefused(first).list(historyOf(hourly(7)).filter(({ id }) => id !== first));
    disk.list(historyOf(hourly(7))).list(historyOf(hourly(7)));
    expect(disk.deletions()).not.toContain(first);
    expect(disk.pass(HOUR).deletions()).toContain(first);
  });

  it("is none where the program stops, or where the answer was lost", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(hourly(7)));
    const [first, second, third] = disk.deletions() as [string, string, string];
    disk.fact({ type: "deletion.sent", id: third }).deletionRefused(first, { code: "aborted" });
    expect(disk.state.refusals).toEqual([]);
    expect(disk.state.leaving).toEqual([{ id: third }]);
    disk.deletionRefused(second, { outcome: "unknown" });
    expect(disk.state.refusals).toEqual([]);
    expect(disk.state.leaving).toEqual([{ id: third }, { id: second, answeredAt: 0, inDoubt: true }]);
    disk.fact({ type: "deletion.sent", id: third });
    expect(disk.state.leaving).toHaveLength(2);
  });

  it("may be a failed one on a disk that has no other", () => {
    const failed = historyOf([3 * HOUR, 2 * HOUR], { state: "failed" });
    const disk = new OneDisk().rule(rule).list(failed).deletionRefused("old-10800");
    expect(disk.state.refusals).toHaveLength(1);
  });

  it("is tried again after those that were not refused", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(hourly(7)));
    const [first, second, third] = disk.deletions() as [string, string, string];
    disk.deletionRefused(first).pass(HOUR);
    expect(disk.deletions()).toEqual([second, third, first]);
  });

  it("is said as long as it waits and has expired", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(hourly(7)));
    const [first, second] = disk.deletions() as [string, string];
    disk
      .deletionRefused(first)
      .pass(30 * MINUTE)
      .deletionRefused(second);
    expect(disk.deferral("Undeletable")).toMatchObject({ count: 2, until: START + HOUR });
    disk.pass(30 * MINUTE);
    expect(disk.deferral("Undeletable")).toMatchObject({ count: 1, until: START + 1.5 * HOUR });
    disk.rule(ruleOf("PT1H PT9H"));
    expect(disk.reasons()).not.toContain("Undeletable");
  });
});
