import { describe, expect, it } from "vitest";
import type { ListedSnapshot } from "../../src/state/claim-snapshots.ts";
import { HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { historyOf, OneDisk, START, snapshotOf } from "./one-disk.ts";

const rule = ruleOf("PT2H PT6H");

describe("rule 13: ready only while the newest ready one is young enough", () => {
  const isReady = (disk: OneDisk): boolean | undefined => disk.plan().readiness?.ready;

  it("an interval, a making of an hour before any is known, and a tenth", () => {
    const disk = new OneDisk().rule(rule).list([snapshotOf(0)]);
    disk.pass(2 * HOUR + HOUR + 12 * MINUTE - 1);
    expect(isReady(disk)).toBe(true);
    expect(isReady(disk.pass(1))).toBe(false);
  });

  it("ten minutes at least, for short intervals", () => {
    const disk = new OneDisk().rule(ruleOf("PT5M PT1H")).list([snapshotOf(0)]);
    expect(isReady(disk.pass(2 * HOUR + 10 * MINUTE - 1))).toBe(true);
    expect(isReady(disk.pass(1))).toBe(false);
  });

  it("by the longest of the last five makings", () => {
    const disk = new OneDisk().rule(rule).list([]);
    let there = [disk.create("pending", "first")];
    for (const making of [30 * MINUTE, 10 * MINUTE]) {
      for (let passed = 10 * MINUTE; passed < making; passed += 10 * MINUTE) disk.pass(10 * MINUTE).list(there);
      disk.pass(10 * MINUTE);
      there = there.map((one) => ({ ...one, state: "ready" as const }));
      disk.list(there);
      if (making === 30 * MINUTE) {
        disk.pass(2 * HOUR).list(there);
        there = [...there, disk.create("pending", "second")];
      }
    }
    expect(disk.state.makings).toEqual([10 * MINUTE, 30 * MINUTE]);
    const newest = there[1]?.createdAt ?? 0;
    expect(disk.plan().readiness?.lateAt).toBe(newest + 2 * HOUR + 30 * MINUTE + 12 * MINUTE);
  });

  it("by makings that lists saw: an outage counts for no more than a look, and one that was ready at once for none", () => {
    const disk = new OneDisk().rule(rule).list([]);
    const pending = disk.create("pending", "first");
    const ready = { ...pending, state: "ready" as const };
    disk.pass(5 * MINUTE).list([pending]);
    disk.pass(6 * HOUR).list([ready]);
    expect(disk.state.makings).toEqual([15 * MINUTE]);
    disk.list([ready]);
    const second = disk.create("ready", "second");
    expect(disk.state.makings).toEqual([0, 15 * MINUTE]);
    disk.pass(MINUTE).list([ready, second]);
    expect(disk.state.makings).toEqual([0, 15 * MINUTE]);
  });

  it("by no other's making", () => {
    const disk = new OneDisk().rule(rule).list([]);
    const pending = disk.create("pending");
    disk.pass(5 * MINUTE).list([pending, snapshotOf(9 * HOUR, { id: "another" })]);
    expect(disk.state.makings).toEqual([]);
  });

  it("by the last five makings, no more", () => {
    const disk = new OneDisk().rule(rule);
    const there: ListedSnapshot[] = [];
    for (let minutes = 7; minutes > 0; minutes--) {
      const at = disk.now;
      const pending = { ...snapshotOf(START - at, { id: `${minutes}` }), state: "pending" as const };
      disk.list([...there, pending]).pass(minutes * MINUTE);
      there.push({ ...pending, state: "ready" });
      disk.list(there);
    }
    expect(disk.state.makings).toEqual([1, 2, 3, 4, 5].map((minutes) => minutes * MINUTE));
  });

  it("a pending or failed one makes nothing ready, nor does none", () => {
    const disk = new OneDisk().rule(rule).list([]);
    expect(disk.plan().readiness).toEqual({ ready: false, newest: undefined, lateAt: undefined, held: 0 });
    disk.list([snapshotOf(0, { id: "p", state: "pending" }), snapshotOf(0, { id: "f", state: "failed" })]);
    expect(isReady(disk)).toBe(false);
  });

  it("by what is there, not by what was there once", () => {
    const disk = new OneDisk().rule(rule).list(historyOf([9 * HOUR, HOUR]));
    expect(isReady(disk)).toBe(true);
    disk.list(historyOf([9 * HOUR]));
    expect(isReady(disk)).toBe(false);
  });

  it("one that was ready at once and that the newest list lacks makes nothing ready", () => {
    const there = historyOf([9 * HOUR]);
    const disk = new OneDisk().rule(rule).list(there);
    disk.create("ready");
    expect(disk.plan().readiness).toMatchObject({ ready: true, held: 2 });
    disk.pass(HOUR).list(there);
    expect(disk.plan().readiness).toMatchObject({ ready: false, newest: there[0]?.createdAt, held: 1 });
  });
});

describe("rule 13: the widest gap", () => {
  const widestGap = (...ages: number[]): number | undefined =>
    new OneDisk().rule(rule).list(historyOf(ages)).plan().readiness?.widestGap;

  it("of fewer than two there is none", () => {
    expect(widestGap()).toBeUndefined();
    expect(widestGap(HOUR)).toBeUndefined();
  });

  it("is the longest time between two that follow each other", () => {
    expect(widestGap(2 * HOUR, 0)).toBe(2 * HOUR);
    expect(widestGap(5 * HOUR, HOUR, 0)).toBe(4 * HOUR);
    expect(widestGap(5 * HOUR, 4 * HOUR, 0)).toBe(4 * HOUR);
  });

  it("reaches as far back as the finest generation, from the newest on", () => {
    expect(widestGap(20 * HOUR, 2 * HOUR, 0)).toBe(4 * HOUR);
    expect(widestGap(30 * HOUR, 6 * HOUR, 3 * HOUR, 0)).toBe(3 * HOUR);
    expect(widestGap(30 * HOUR, 20 * HOUR, 17 * HOUR, 14 * HOUR)).toBe(3 * HOUR);
  });
});
