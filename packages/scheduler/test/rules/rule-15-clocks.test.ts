import { describe, expect, it } from "vitest";
import type { ListedSnapshot } from "../../src/state/claim-snapshots.ts";
import type { RequestedCreation } from "../../src/state/disk-state.ts";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { historyOf, hourly, OneDisk, START, snapshotOf } from "./one-disk.ts";

const rule = ruleOf("PT1H PT3H");
const history = historyOf(hourly(7, HOUR / 2));

describe("rule 15: while the wall clock is off", () => {
  it.each([6 * MINUTE, -6 * MINUTE, 365 * DAY])(
    "by %d ms from the start nothing is deleted, and creations go on",
    (wallError) => {
      const disk = new OneDisk({ wallError }).rule(rule).list(history);
      expect(disk.deletions()).toEqual([]);
      expect(disk.deferral("ClockApart")).toMatchObject({ limit: wallError });
      expect(disk.creates()).toBe(false);
      expect(disk.pass(HOUR / 2).creates()).toBe(true);
    },
  );

  it("by four minutes all goes on", () => {
    expect(new OneDisk({ wallError: 4 * MINUTE }).rule(rule).list(history).deletions()).toHaveLength(3);
  });

  it.each([true, false])("since it stepped nothing is deleted (dates: %s)", (dates) => {
    const disk = new OneDisk({ dates }).rule(rule).list(history);
    expect(disk.deletions()).toHaveLength(3);
    disk.wallError = 6 * MINUTE;
    expect(disk.deletions()).toEqual([]);
    expect(disk.deferral("ClockStepped")).toMatchObject({ limit: 6 * MINUTE });
  });

  it("where the storage system gives no dates, for an hour after the step", () => {
    const disk = new OneDisk({ dates: false }).rule(rule).list(history);
    disk.wallError = 6 * MINUTE;
    disk.pass(MINUTE).list(history);
    expect(disk.reasons()).toContain("ClockStepped");
    expect(disk.pass(59 * MINUTE).reasons()).toContain("ClockStepped");
    expect(disk.pass(MINUTE).reasons()).not.toContain("ClockStepped");
  });
});

describe("rule 15: now is the storage system's date", () => {
  it("for what is due, whatever the wall clock says", () => {
    const disk = new OneDisk({ wallError: 40 * MINUTE }).rule(rule).list(history);
    expect(disk.creates()).toBe(false);
    expect(disk.plan().dueAt).toBe(disk.now + HOUR / 2);
  });

  it("and what has passed since by the monotonic clock", () => {
    const disk = new OneDisk().rule(rule).list(history);
    disk.wallError = -20 * MINUTE;
    expect(disk.pass(HOUR / 2).creates()).toBe(true);
  });

  it("for how long a snapshot has been pending", () => {
    const disk = new OneDisk({ wallError: 30 * DAY }).rule(rule).list([snapshotOf(HOUR, { state: "pending" })]);
    expect(disk.reasons()).toContain("Pending");
  });
});

describe("rule 15: without any date", () => {
  it("for deletions and grace: the newest's date and what has passed since it was first seen", () => {
    const own = historyOf([HOUR / 2], { since: history[0]?.createdAt ?? 0, held: 8 });
    const before = historyOf(hourly(8, 20 * HOUR), { schedule: "PT1H PT12H" });
    const disk = new OneDisk({ dates: false, wallError: 30 * DAY }).rule(
      ruleOf("PT1H PT3H", { ignoreDeletionBudget: true }),
    );
    disk.list([...before, ...own]);
    expect(disk.deletions()).toEqual([]);
    disk.pass(DAY);
    expect(disk.deletions()).not.toEqual([]);
  });

  it("for how long a snapshot has been pending that too", () => {
    const listed = [snapshotOf(2 * HOUR), snapshotOf(HOUR, { state: "pending" })];
    const disk = new OneDisk({ dates: false, wallError: 30 * DAY }).rule(rule).list(listed);
    expect(disk.reasons()).toContain("Pending");
  });

  it("where the wall clock was ahead, what is due is measured from the newest that is not in the future", () => {
    const disk = new OneDisk({ dates: false, wallError: DAY }).rule(rule);
    disk.list([...historyOf(hourly(4)), snapshotOf(-2 * HOUR)]);
    disk.wallError = 0;
    expect(disk.plan().dueAt).toBe(START + HOUR / 2);
    disk.list([...historyOf(hourly(5)), snapshotOf(-2 * HOUR)]);
    expect(disk.state.newestDate).toBe(START - HOUR / 2);
  });

  it("where the wall clock was ahead, no date of that time ends a grace", () => {
    const own = historyOf([HOUR / 2], { since: START - HOUR, held: 8 });
    const before = historyOf(hourly(8, 25 * HOUR), { schedule: "PT1H PT12H" });
    const disk = new OneDisk({ dates: false, wallError: 2 * DAY });
    disk.rule(ruleOf("PT1H PT3H", { ignoreDeletionBudget: true })).list([...before, ...own, snapshotOf(-DAY)]);
    disk.wallError = 0;
    disk.list([...before, ...own, snapshotOf(-DAY)]).pass(61 * MINUTE);
    expect(disk.deletions()).toEqual([]);
    expect(disk.reasons()).not.toContain("ClockStepped");
  });

  it("what has passed since the newest was first seen is measured from that moment, whatever else changes", () => {
    const own = historyOf([HOUR / 2], { since: START - 22 * HOUR, held: 8 });
    const before = historyOf(hourly(8, 25 * HOUR), { schedule: "PT1H PT12H" });
    const disk = new OneDisk({ dates: false }).rule(ruleOf("PT1H PT3H", { ignoreDeletionBudget: true }));
    disk.pass(2 * HOUR).list([...before, ...own]);
    expect(disk.deletions()).toEqual([]);
    disk.pass(2 * HOUR).deleted(before[0]?.id as string);
    expect(disk.deletions()).toEqual([]);
    expect(disk.pass(31 * MINUTE).deletions()).not.toEqual([]);
  });

  it("for creations the later of that and the wall clock", () => {
    const ahead = new OneDisk({ dates: false, wallError: HOUR }).rule(rule).list(history);
    expect(ahead.creates()).toBe(true);
    const behind = new OneDisk({ dates: false }).rule(rule).list(history);
    behind.wallError = -50 * MINUTE;
    expect(behind.pass(59 * MINUTE).creates()).toBe(false);
    expect(behind.pass(MINUTE).creates()).toBe(true);
  });

  it("a wall clock that is behind all that is there asks under a key that made none of them, and not again and again", () => {
    const disk = new OneDisk({ dates: false, wallError: -400 * DAY }).rule(rule).list(history);
    const { request } = disk.plan().creation as { request: RequestedCreation };
    expect(request.idempotencyKey).not.toBe(new OneDisk({ dates: false }).rule(rule).list([]).request().idempotencyKey);
    const known = history.at(-1) as ListedSnapshot;
    disk.fact({ type: "creation.sent", request }).fact({ type: "creation.accepted", snapshot: known });
    expect(disk.creates()).toBe(false);
    expect(disk.deferral("CreationFailed")?.detail).toContain("dated in the future");
  });

  it("the first creation needs none", () => {
    expect(new OneDisk({ dates: false }).rule(rule).list([]).creates()).toBe(true);
  });

  it("an orphan's do not expire", () => {
    const disk = new OneDisk({ dates: false }).list(historyOf(hourly(9), { policy: "expire" }));
    expect(disk.pass(5 * HOUR).deletions()).toEqual([]);
    expect(disk.reasons()).toContain("NoDate");
  });
});

it("clock-2 (rules 8, 15): an orphan's do not expire by a wall clock that is ahead", () => {
  const disk = new OneDisk({ wallError: 400 * DAY }).list(historyOf(hourly(9), { policy: "expire" }));
  expect(
    disk
      .pass(5 * HOUR)
      .dated()
      .deletions(),
  ).toEqual([]);
  expect(disk.reasons()).toContain("ClockApart");
});
