import { CLUSTER_LABEL, SCHEDULE_LABEL } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import type { ListedSnapshot } from "../../src/state/claim-snapshots.ts";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { homeCluster, ruleOf } from "../../src/testing/builders.ts";
import { historyOf, hourly, OneDisk, START, snapshotOf } from "./one-disk.ts";

const rule = ruleOf("PT1H PT3H");

describe("rule 4a: what is held falls by no more than a share", () => {
  it("those count as standing whose deletion is under way: it may be refused", () => {
    const history = historyOf(hourly(10, HOUR), { held: 10 });
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list(history);
    const first = disk.deletions();
    for (const id of first) disk.fact({ type: "deletion.sent", id });
    const made = disk.create();
    disk.pass(HOUR + MINUTE).list([...history, made]);
    expect([first.length, disk.deletions().length]).toEqual([2, 1]);
  });

  it("at once", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(hourly(10), { held: 9 }));
    expect(disk.deletions()).toHaveLength(3);
    expect(disk.deferral("DeletionBudget")).toMatchObject({ count: 3 });
  });

  it("and nothing is said where that is enough", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(hourly(7)));
    expect(disk.deletions()).toHaveLength(3);
    expect(disk.plan().deferrals).toEqual([]);
  });

  it("those made under another schedule too", () => {
    const others = Array.from({ length: 30 }, (_, index) => snapshotOf((index + 3) * DAY, { schedule: "P1D P1Y" }));
    const own = historyOf(hourly(4), { since: START - 2 * DAY, held: 35, others: 30 });
    expect(
      new OneDisk()
        .rule(rule)
        .list([...others, ...own])
        .deletions(),
    ).toHaveLength(2);
  });

  it("below the highest since the newest was requested, however long ago", () => {
    const history = historyOf(hourly(10), { held: 8 });
    const disk = new OneDisk().rule(rule).list(history);
    for (const id of disk.deletions()) disk.deleted(id);
    expect(disk.state.leaving).toHaveLength(3);
    disk.pass(2 * HOUR).list(history.slice(3));
    expect(disk.deletions()).toEqual([]);
    expect(disk.reasons()).toContain("DeletionBudget");
  });

  it("below the highest of the last hour, as this process knows it", () => {
    const history = historyOf(hourly(10), { held: 8 });
    const disk = new OneDisk().rule(rule).list(history);
    for (const id of disk.deletions()) disk.deleted(id);
    disk.pass(30 * MINUTE);
    const made = disk.create();
    disk.list([...history.slice(3), made]);
    expect(disk.deletions()).toHaveLength(1);
    expect(disk.pass(HOUR).deletions()).toHaveLength(3);
  });

  it("below the highest of the hour since the last of them went", () => {
    const history = historyOf(hourly(10), { held: 8 });
    const disk = new OneDisk().rule(rule).list(history);
    const going = disk.deletions();
    for (const id of going) disk.fact({ type: "deletion.sent", id });
    disk.pass(20 * MINUTE);
    for (const id of going) disk.fact({ type: "deletion.done", id, madeRoom: false });
    disk.pass(10 * MINUTE);
    const made = disk.create();
    disk.list([...history.slice(3), made]).pass(45 * MINUTE);
    expect(disk.deletions()).toHaveLength(1);
    expect(disk.pass(5 * MINUTE).deletions()).toHaveLength(3);
  });

  it("below the highest since the newest that carries counts, whatever newer ones do not", () => {
    const labels = { "created-by": "k8s-snapshots", [CLUSTER_LABEL]: homeCluster, [SCHEDULE_LABEL]: "PT1H PT3H" };
    const history = [...historyOf(hourly(10), { held: 8 }), { ...snapshotOf(MINUTE), labels }];
    const disk = new OneDisk().rule(rule).list(history);
    const going = disk.deletions();
    expect(going).toHaveLength(3);
    for (const id of going) disk.deleted(id);
    disk.pass(2 * HOUR).list(history.slice(3));
    expect(disk.deletions()).toEqual([]);
  });

  it("below the highest of the last hour, as the labels of others than the newest know it", () => {
    const ages = Array.from({ length: 8 }, (_, index) => (5 + 10 * index) * MINUTE);
    const every = ruleOf("PT10M PT1H");
    const options = { schedule: "PT10M PT1H", held: 5 };
    const low = historyOf(ages, options);
    expect(new OneDisk().rule(every).list(low).deletions()).toHaveLength(1);
    const high = [...low.slice(0, 5), snapshotOf(25 * MINUTE, { ...options, held: 20 }), ...low.slice(6)];
    expect(new OneDisk().rule(every).list(high).deletions()).toEqual([]);
  });

  it("whatever uncounted ones stand among those of the last hour", () => {
    const labels = { "created-by": "k8s-snapshots", [CLUSTER_LABEL]: homeCluster, [SCHEDULE_LABEL]: "PT1H PT3H" };
    const uncounted = { ...snapshotOf(50 * MINUTE), labels };
    const disk = new OneDisk()
      .rule(rule)
      .list([...historyOf(hourly(9, HOUR)), uncounted, snapshotOf(MINUTE, { held: 10 })]);
    expect(disk.deletions()).toHaveLength(3);
  });

  it("so that steady state costs nothing at any interval, and a surplus goes with each new one", () => {
    for (const [schedule, interval, standing] of [
      ["PT1M PT5M", MINUTE, 6],
      ["PT1H PT3H", HOUR, 12],
      ["P1D P3D", DAY, 12],
    ] as const) {
      const ages = Array.from({ length: standing }, (_, index) => (index + 1) * interval);
      let there = historyOf(ages, { schedule });
      const disk = new OneDisk().rule(ruleOf(schedule)).list(there);
      for (let count = 0; count < 40; count++) {
        there = [...there, disk.create()];
        disk.pass(interval / 20).list(there);
        for (const id of disk.deletions()) {
          disk.deleted(id);
          there = there.filter((one) => one.id !== id);
        }
        if (count > 20) expect(disk.reasons(), schedule).not.toContain("DeletionBudget");
        disk.pass(interval - interval / 20).list(there);
      }
      expect(there.length, schedule).toBeLessThanOrEqual(7);
    }
  });

  it("unless someone lifts it", () => {
    const history = historyOf(hourly(30), { held: 9 });
    const lifted = new OneDisk().rule(ruleOf("PT1H PT3H", { ignoreDeletionBudget: true })).list(history);
    expect(lifted.deletions()).toHaveLength(26);
    const everywhere = new OneDisk({ policy: { ignoreDeletionBudget: true } }).rule(rule).list(history);
    expect(everywhere.deletions()).toHaveLength(26);
  });
});

describe("rule 4b: of those made under another schedule", () => {
  const others = Array.from({ length: 30 }, (_, index) =>
    snapshotOf((index + 3) * DAY, { schedule: "P1D P1Y" }),
  ).reverse();
  const own = historyOf(hourly(4), { since: START - 2 * DAY, held: 33, others: 30 });

  it("no more than a share goes at once, and the rest waits for a day", () => {
    const disk = new OneDisk().rule(rule).list([...others, ...own]);
    const first = disk.deletions();
    expect(first).toEqual(others.slice(0, 3).map(({ id }) => id));
    expect(disk.deferral("OtherScheduleBudget")).toMatchObject({ count: 27 });
    for (const id of first) disk.deleted(id);
    let there = [...others.slice(3), ...own];
    for (let hours = 1; hours <= 23; hours++) {
      disk.pass(HOUR);
      there = [...there, disk.create("ready", `new-${hours}`)];
      disk.list(there);
      expect(
        disk.deletions().filter((id) => others.some((one) => one.id === id)),
        `${hours} h`,
      ).toEqual([]);
    }
    disk.pass(2 * HOUR);
    expect(disk.deletions().filter((id) => others.some((one) => one.id === id))).toHaveLength(2);
  });

  it("what this process saw standing counts, whatever the labels say", () => {
    const more = Array.from({ length: 33 }, (_, index) => snapshotOf((index + 3) * DAY, { schedule: "P1D P1Y" }));
    const disk = new OneDisk().rule(rule).list([...more, ...own]);
    const first = disk.deletions();
    expect(first).toHaveLength(3);
    for (const id of first) disk.deleted(id);
    expect(disk.deletions()).toEqual([]);
    expect(disk.deferral("OtherScheduleBudget")).toMatchObject({ count: 30 });
  });

  it("how many stood is remembered from when they went", () => {
    const disk = new OneDisk().rule(rule).list([...others, ...own]);
    const id = others[0]?.id as string;
    disk
      .fact({ type: "deletion.sent", id })
      .pass(20 * HOUR)
      .fact({ type: "deletion.done", id, madeRoom: false });
    expect(disk.state.othersBefore?.stood).toEqual([{ count: 30, until: 20 * HOUR }]);
  });

  it("how many stood is remembered for a day", () => {
    const disk = new OneDisk().rule(rule).list([...others, ...own]);
    disk
      .deleted(others[0]?.id as string)
      .pass(20 * HOUR)
      .deleted(others[1]?.id as string);
    expect(disk.state.othersBefore?.stood.map(({ count }) => count)).toEqual([30, 29]);
    disk.pass(5 * HOUR).deleted(others[2]?.id as string);
    expect(disk.state.othersBefore?.stood.map(({ count }) => count)).toEqual([29, 28]);
  });

  it("own ones take nothing of that share", () => {
    const between = historyOf(hourly(10, 9.5 * HOUR), { schedule: "PT1H PT12H" });
    const history = [
      ...historyOf([22 * HOUR, 21 * HOUR, 20 * HOUR]),
      ...between,
      ...historyOf(hourly(4), { held: 14, others: 10 }),
    ];
    const disk = new OneDisk({ policy: { scheduleChangeGrace: 0 } }).rule(rule).list(history);
    expect(disk.deletions()).toEqual(["old-75600", "old-72000", between[0]?.id]);
  });

  it("a restart begins no new share", () => {
    const disk = new OneDisk().rule(rule).list([...others.slice(3), ...own]);
    expect(disk.deletions()).toEqual([]);
  });

  describe("how many stood when the window began is said by the labels", () => {
    const schedule = "PT1H PT3H";
    const since = others[0]?.createdAt ?? 0;
    const standing = others.slice(0, 30);

    /** How many of the thirty may go, where snapshots of those ages say that so many stood. */
    const going = (
      carriers: readonly (readonly [age: number, others: number])[],
      servedFor = 0,
      startedAfter = 0,
    ): number => {
      const now = carriers.map(([age, count]) =>
        snapshotOf(age - servedFor - startedAfter, { schedule, since, held: 31, others: count }),
      );
      const disk = new OneDisk({ policy: { scheduleChangeGrace: 0 } }).rule(rule).pass(startedAfter);
      if (servedFor > 0) disk.list([]).pass(servedFor);
      disk.list([...standing, ...now]);
      disk.list([...standing, ...now]);
      return disk.deletions().filter((id) => standing.some((one) => one.id === id)).length;
    };

    it("the highest of those within it, and of the last one before it after a restart", () => {
      expect(
        going([
          [20 * HOUR, 33],
          [HOUR, 30],
        ]),
      ).toBe(0);
      expect(
        going([
          [25 * HOUR, 33],
          [10 * HOUR, 30],
        ]),
      ).toBe(0);
      expect(
        going([
          [25 * HOUR, 33],
          [24 * HOUR, 33],
          [10 * HOUR, 30],
        ]),
      ).toBe(0);
      expect(
        going([
          [30 * HOUR, 33],
          [25 * HOUR, 30],
          [10 * HOUR, 30],
        ]),
      ).toBe(3);
    });

    it("the last one where none is within it", () => {
      expect(
        going([
          [30 * HOUR, 33],
          [26 * HOUR, 30],
        ]),
      ).toBe(3);
      expect(
        going([
          [30 * HOUR, 30],
          [26 * HOUR, 33],
        ]),
      ).toBe(0);
    });

    it("only those within it, once this process has seen all of it", () => {
      const carriers = [
        [25 * HOUR, 33],
        [HOUR, 30],
      ] as const;
      expect(going(carriers, 24 * HOUR - MINUTE)).toBe(0);
      expect(going(carriers, 24 * HOUR)).toBe(3);
      expect(going(carriers, 24 * HOUR - MINUTE, DAY)).toBe(0);
      expect(
        going(
          [
            [24 * HOUR, 33],
            [HOUR, 30],
          ],
          25 * HOUR,
        ),
      ).toBe(3);
      expect(
        going(
          [
            [24 * HOUR - MINUTE, 33],
            [HOUR, 30],
          ],
          25 * HOUR,
        ),
      ).toBe(0);
    });
  });

  describe("the snapshot stays that says how many stood when the day began,", () => {
    const policy = { scheduleChangeGrace: 0 };
    const since = START - 3 * DAY;
    const [said, between, next] = [30 * HOUR, 20 * HOUR, 5 * HOUR];
    const ages = [said, between, next, ...hourly(4)];
    const carriers = historyOf(ages, { since, held: 34, others: 33 });
    const isCarrier = (id: string): boolean => carriers.some((one) => one.id === id);

    it("and the first one of the next day, while any of them wait to go", () => {
      const disk = new OneDisk({ policy }).rule(rule).list([...others, ...carriers]);
      expect(disk.deletions().filter(isCarrier)).toEqual([`old-${between / 1_000}`]);
      expect(disk.deferral("OtherScheduleBudget")).toMatchObject({ count: 30 });
    });

    it("and goes once none do", () => {
      const disk = new OneDisk({ policy }).rule(rule).list(historyOf(ages, { since }));
      expect(disk.deletions()).toEqual([said, between, next].map((age) => `old-${age / 1_000}`));
    });

    it("or at once where a person confirmed the schedule", () => {
      const disk = new OneDisk({ policy })
        .rule({ ...rule, confirmedDeltas: "PT1H PT3H" })
        .list([...others, ...carriers]);
      expect(disk.deletions().filter(isCarrier)).toHaveLength(3);
    });
  });

  it("an interval that is longer than a day counts instead of it", () => {
    const weekly = ruleOf("P7D P28D");
    const carrying = { schedule: "P7D P28D", since: (others[0]?.createdAt ?? 0) - DAY };
    const older = others.map(({ id, createdAt, ...one }) => ({ ...one, id, createdAt: createdAt - 40 * DAY }));
    const before = snapshotOf(7 * DAY - HOUR, { ...carrying, held: 30, others: 30 });
    const disk = new OneDisk().rule(weekly).list([...older, before]);
    const gone = disk.deletions();
    expect(gone).toHaveLength(3);
    for (const id of gone) disk.deleted(id);
    disk.pass(2 * HOUR);
    const made = disk.create();
    disk.pass(2 * DAY).list([...older.slice(3), before, made]);
    expect(disk.deletions()).toEqual([]);
    expect(disk.reasons()).toContain("OtherScheduleBudget");
  });

  it("none goes before one of the new schedule says how many there were", () => {
    const label = (one: (typeof own)[number]) => ({
      ...one,
      labels: { "created-by": "k8s-snapshots", [CLUSTER_LABEL]: homeCluster, [SCHEDULE_LABEL]: "PT1H PT3H" },
    });
    const counted = others.map((one, index) =>
      index === 29 ? snapshotOf(3 * DAY, { schedule: "P1D P1Y", held: 33 }) : one,
    );
    const disk = new OneDisk({ policy: { scheduleChangeGrace: 0 } }).rule(rule).list([...counted, ...own.map(label)]);
    expect(disk.deletions()).toEqual([]);
    expect(disk.reasons()).toContain("OtherScheduleBudget");
  });
});

describe("rule 4c: without a ready one that carries the counts", () => {
  it("nothing expires", () => {
    const labels = { "created-by": "k8s-snapshots", [CLUSTER_LABEL]: homeCluster, [SCHEDULE_LABEL]: "PT1H PT3H" };
    const uncounted = historyOf(hourly(7)).map((one) => ({ ...one, labels }));
    const disk = new OneDisk().rule(rule).list(uncounted);
    expect(disk.deletions()).toEqual([]);
    expect(disk.deferral("NotCounted")).toMatchObject({ count: 7 });
  });

  it("but once one that was in the future is so no more, it goes by its count", () => {
    const labels = { "created-by": "k8s-snapshots", [CLUSTER_LABEL]: homeCluster, [SCHEDULE_LABEL]: "PT1H PT3H" };
    const uncounted = historyOf(hourly(7)).map((one) => ({ ...one, labels }));
    const disk = new OneDisk({ dates: false }).rule(rule).list([...uncounted, snapshotOf(-6 * MINUTE, { held: 7 })]);
    expect(disk.reasons()).toContain("NotCounted");
    expect(disk.pass(2 * MINUTE).deletions()).toHaveLength(3);
  });

  it("and nothing is said of that where nothing has expired", () => {
    const labels = { "created-by": "k8s-snapshots", [CLUSTER_LABEL]: homeCluster, [SCHEDULE_LABEL]: "PT1H PT3H" };
    const uncounted = historyOf(hourly(2)).map((one) => ({ ...one, labels }));
    expect(new OneDisk().rule(rule).list(uncounted).plan().deferrals).toEqual([]);
  });

  it("nor while more stand than the newest one's count explains", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(hourly(12), { held: 8 }));
    expect(disk.deletions()).toEqual([]);
    expect(disk.deferral("Surplus")).toMatchObject({ count: 3 });
  });
});

describe("rule 4d: when many come or go unexplained between two lists", () => {
  const history = historyOf(hourly(12, 1.5 * HOUR), { held: 11 });

  it.each([
    ["vanish", history, history.slice(8)],
    ["appear", history.slice(8), history],
  ])("%s: deletions wait for two lists that agree", (_, first, second) => {
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { ignoreDeletionBudget: true })).list(first);
    disk.pass(10 * MINUTE).list(second);
    expect(disk.deletions()).toEqual([]);
    expect(disk.reasons()).toContain("ListsDisagree");
    disk.pass(10 * MINUTE).list(second);
    expect(disk.reasons()).not.toContain("ListsDisagree");
  });

  it("a tenth of many is few", () => {
    const many = historyOf(hourly(40), { held: 39 });
    const after = (gone: number): string[] => {
      const disk = new OneDisk()
        .rule(rule)
        .list(many)
        .pass(10 * MINUTE);
      return disk.list(many.slice(gone)).reasons();
    };
    expect(after(4)).not.toContain("ListsDisagree");
    expect(after(5)).toContain("ListsDisagree");
  });

  it("a few that vanish, and what this process deleted, are no sign", () => {
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { ignoreDeletionBudget: true })).list(history);
    for (const { id } of history.slice(0, 6)) disk.deleted(id);
    disk.pass(10 * MINUTE).list(history.slice(8));
    expect(disk.reasons()).not.toContain("ListsDisagree");
  });

  it("what appears is unexplained only where it was there long before the list before", () => {
    const first = history.slice(8);
    const lists = (more: readonly ListedSnapshot[], rules = rule): OneDisk =>
      new OneDisk()
        .rule(rules)
        .list(first)
        .pass(10 * MINUTE)
        .list([...more, ...first]);
    const three = (age: number): ListedSnapshot[] => [0, 1, 2].map((ms) => snapshotOf(age + ms));
    expect(lists(three(2 * HOUR + 1)).reasons()).toContain("ListsDisagree");
    expect(lists(three(2 * HOUR)).reasons()).not.toContain("ListsDisagree");
    expect(lists(three(2 * HOUR + 1).slice(1)).reasons()).not.toContain("ListsDisagree");
    const minutely = ruleOf("PT10M PT1H");
    expect(lists(three(HOUR + 1), minutely).reasons()).toContain("ListsDisagree");
    expect(lists(three(HOUR), minutely).reasons()).not.toContain("ListsDisagree");
    const pending = three(3 * HOUR).map((one) => ({ ...one, state: "pending" as const }));
    expect(lists(pending).reasons()).not.toContain("ListsDisagree");
  });

  it("what was not ready, or in the future, may vanish", () => {
    const others = [5, 6, 7, 8].map((hours) => snapshotOf(hours * HOUR, { state: "failed" }));
    const future = [1, 2, 3].map((days) => snapshotOf(-days * DAY));
    const few = history.slice(8);
    const disk = new OneDisk().rule(rule).list([...others, ...few, ...future]);
    disk.pass(10 * MINUTE).list(few);
    expect(disk.reasons()).not.toContain("ListsDisagree");
  });

  it("a snapshot that vanished beside some that appeared counts with them", () => {
    const disk = new OneDisk().rule(rule).list(history.slice(0, 6));
    disk.pass(10 * MINUTE).list([...history.slice(2, 6), snapshotOf(20 * HOUR)]);
    expect(disk.reasons()).toContain("ListsDisagree");
  });

  it("the due time is still measured from the newest ever seen", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(hourly(4, 10 * MINUTE)));
    disk.pass(10 * MINUTE).list(historyOf(hourly(3, 70 * MINUTE)));
    expect(disk.creates()).toBe(false);
    expect(disk.pass(41 * MINUTE).creates()).toBe(true);
  });
});
