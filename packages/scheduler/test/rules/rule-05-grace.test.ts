import { describe, expect, it } from "vitest";
import { readMarks } from "../../src/state/marks.ts";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { historyOf, hourly, OneDisk, START, snapshotOf } from "./one-disk.ts";

const lifted = { ignoreDeletionBudget: true };

/** A number of snapshots a day apart. */
const daily = (count: number, newest: number): number[] =>
  Array.from({ length: count }, (_, index) => newest + index * DAY);

describe("rule 5: also in force are", () => {
  it("the schedule on the newest snapshot, while none carries the rule's", () => {
    const disk = new OneDisk()
      .rule(ruleOf("PT1H PT3H", lifted))
      .list(historyOf(daily(10, 2 * DAY), { schedule: "P1D P30D" }));
    expect(disk.deletions()).toEqual([]);
    expect(disk.deferral("Grace")).toStrictEqual({ reason: "Grace", count: 9 });
  });

  it("those on snapshots made within the grace", () => {
    const since = START - HOUR;
    const before = historyOf(hourly(8, 1.5 * HOUR), { schedule: "PT1H PT6H" });
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", lifted)).list([...before, snapshotOf(HOUR / 2, { since })]);
    expect(disk.deletions()).toEqual(["old-30600"]);
    expect(disk.deferral("Grace")).toMatchObject({ until: since + DAY });
  });

  it("that of the newest one made before the grace", () => {
    const since = START - HOUR;
    const before = historyOf(daily(10, 2 * DAY), { schedule: "P1D P30D" });
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", lifted)).list([...before, snapshotOf(HOUR / 2, { since })]);
    expect(disk.deletions()).toEqual([]);
  });

  it("no older ones", () => {
    const since = START - HOUR;
    const older = historyOf(daily(10, 3 * DAY), { schedule: "P1D P30D" });
    const before = snapshotOf(DAY, { schedule: "PT1H PT2H" });
    const disk = new OneDisk()
      .rule(ruleOf("PT1H PT3H", lifted))
      .list([...older, before, snapshotOf(HOUR / 2, { since })]);
    expect(disk.deletions()).not.toEqual([]);
  });

  it("those made within the grace, also where the newest says that it has carried the rule's for longer", () => {
    const since = START - 10 * DAY;
    const own = historyOf(hourly(6), { since });
    const between = snapshotOf(5 * HOUR + MINUTE, { schedule: "PT1H PT12H" });
    const disk = new OneDisk()
      .rule(ruleOf("PT1H PT3H", lifted))
      .list([...own, between].sort((a, b) => a.createdAt - b.createdAt));
    expect(disk.deletions()).toEqual([]);
    expect(disk.pass(19 * HOUR).deletions()).toEqual([]);
    expect(disk.pass(HOUR).deletions()).not.toEqual([]);
  });

  it("for a whole grace after an outage, also where the newest says that it has carried the rule's for longer", () => {
    const since = START - 10 * DAY;
    const before = historyOf(daily(10, 3 * DAY), { schedule: "P1D P30D" });
    const own = historyOf([HOUR / 2, 1.5 * HOUR], { since });
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", lifted)).list([...before, ...own]);
    expect(disk.deletions()).toEqual([]);
    expect(disk.deferral("Grace")).toMatchObject({ until: START - 1.5 * HOUR + DAY });
  });

  it("those that this process saw within it, all of them", () => {
    const history = historyOf([...daily(10, 2 * DAY), ...hourly(6)], { since: START - 40 * DAY });
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", lifted)).list(history);
    disk.rule(ruleOf("P1D P30D", lifted)).rule(ruleOf("PT2H PT8H", lifted)).rule(ruleOf("PT1H PT3H", lifted));
    const kept = history.filter(({ id }) => !disk.deletions().includes(id));
    expect(kept.length).toBeGreaterThanOrEqual(13);
    disk.pass(23 * HOUR);
    expect(disk.deletions().length).toBeLessThan(4);
    disk.pass(HOUR);
    expect(disk.deletions().length).toBeGreaterThan(10);
  });
});

it("rule 5: what a process remembers is each schedule that it saw before, once, for as long as the grace", () => {
  const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).rule(ruleOf("PT60M PT180M", lifted));
  const former = (): string[] => disk.state.formerSchedules.map(({ schedule }) => schedule);
  expect(former()).toEqual([]);
  for (const deltas of ["PT1H PT4H", "PT1H PT3H", "PT1H PT4H"]) disk.rule(ruleOf(deltas));
  expect(former()).toEqual(["PT3600S PT10800S", "PT3600S PT14400S"]);
  disk.pass(DAY).rule(ruleOf("PT1H PT5H"));
  expect(former()).toEqual(["PT3600S PT14400S"]);
  disk.rule(undefined).rule(ruleOf("PT1H PT5H"));
  expect(former()).toEqual(["PT3600S PT18000S", "PT3600S PT14400S"]);
  for (let hours = 6; hours < 30; hours++) disk.rule(ruleOf(`PT1H PT${hours}H`));
  expect(former()).toHaveLength(10);
});

describe("rule 5: what is in force is told", () => {
  const since = START - 10 * DAY;
  const own = historyOf(hourly(10), { since });

  it("by pending ones too, but not by one from the future", () => {
    const going = (age: number): number => {
      const pending = snapshotOf(age, { schedule: "PT1H PT12H", state: "pending" });
      return new OneDisk()
        .rule(ruleOf("PT1H PT3H", lifted))
        .list([...own, pending])
        .deletions().length;
    };
    expect(going(10 * MINUTE)).toBe(0);
    expect(going(5 * HOUR + MINUTE)).toBe(0);
    expect(going(-5 * MINUTE)).toBe(0);
    expect(going(-DAY)).toBe(6);
    expect(going(9 * DAY)).toBe(0);
    expect(going(11 * DAY)).toBe(6);
  });

  it("with the moment at which it ends, the latest of all", () => {
    const made = snapshotOf(5 * HOUR + MINUTE, { schedule: "PT1H PT12H" });
    const history = [...own, made].sort((a, b) => a.createdAt - b.createdAt);
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", lifted)).list(history);
    expect(disk.deferral("Grace")?.until).toBe(START - 4.5 * HOUR + DAY);
    disk.rule(ruleOf("PT1H PT8H", lifted)).pass(HOUR).rule(ruleOf("PT1H PT3H", lifted));
    expect(disk.pass(HOUR).deferral("Grace")?.until).toBe(START + HOUR + DAY);
  });

  it("so that beside what carries no schedule what carries one goes", () => {
    const bare = snapshotOf(9.5 * HOUR + MINUTE, { bare: true });
    const history = [...own, bare].sort((a, b) => a.createdAt - b.createdAt);
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", lifted)).list(history);
    expect(disk.deletions()).toHaveLength(6);
    expect(disk.deletions()).not.toContain(bare.id);
    const off = new OneDisk({ policy: { scheduleChangeGrace: 0 } }).rule(ruleOf("PT1H PT3H", lifted)).list(history);
    expect(off.deletions()).toContain(bare.id);
  });
});

describe("rule 5: the grace", () => {
  const before = historyOf(hourly(8, 25 * HOUR), { schedule: "PT1H PT12H" });

  it.each([
    [23 * HOUR, 0],
    [25 * HOUR, 8],
  ])("ends a day after the first under the new schedule: %d ms, %d go", (age, going) => {
    const own = historyOf([HOUR / 2], { since: START - age, held: 8 });
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", lifted)).list([...before, ...own]);
    expect(disk.deletions()).toHaveLength(going);
  });

  it("is as long as the setting says, and none where that is 0", () => {
    const since = START - 2 * HOUR;
    const history = [...before, ...historyOf([HOUR / 2], { since, held: 8 })];
    const with_ = (scheduleChangeGrace: number): OneDisk =>
      new OneDisk({ policy: { scheduleChangeGrace } }).rule(ruleOf("PT1H PT3H", lifted)).list(history);
    expect(with_(0).deletions()).toHaveLength(8);
    expect(with_(HOUR).deletions()).toHaveLength(8);
    expect(with_(3 * HOUR).deletions()).toHaveLength(0);
    const off = new OneDisk({ policy: { scheduleChangeGrace: 0 } });
    expect(off.rule(ruleOf("PT1H PT3H", lifted)).list(before).deletions()).toHaveLength(4);
  });

  it("is not said where it keeps nothing", () => {
    const own = historyOf(hourly(4), { since: START - HOUR });
    const earlier = snapshotOf(4.5 * HOUR, { schedule: "PT1H PT2H" });
    const disk = new OneDisk().rule(ruleOf("PT1H PT5H")).list([earlier, ...own]);
    expect(disk.plan().deferrals).toEqual([]);
  });

  it("is dated by the first one: the next copies since when the schedule is in force", () => {
    const since = START - 7 * HOUR;
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list(historyOf([2 * HOUR], { since }));
    const marks = (): string | undefined => disk.request().labels["k8s-snapshots/marks"];
    expect(readMarks(marks())?.since).toBe(since);
    disk.rule(ruleOf("PT2H PT6H"));
    expect(readMarks(marks())?.since).toBe(START);
  });
});

describe("rule 5: what a schedule in force keeps is measured", () => {
  it("from the newest that carries it", () => {
    const own = historyOf(hourly(4), { since: START - 20 * HOUR, held: 9 });
    const before = historyOf(daily(8, 1.5 * DAY), { schedule: "P1D P7D" });
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", lifted)).list([...before, ...own]);
    expect(disk.deletions()).toEqual([]);
  });

  it("and from the newest of all", () => {
    const own = historyOf(hourly(8, 20 * MINUTE), { since: START - 20 * HOUR, held: 9 });
    const before = historyOf([DAY], { schedule: "PT4H P7D" });
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", lifted)).list([...before, ...own]);
    expect(disk.deletions()).toHaveLength(3);
  });
});

it("rule 5: what carries no schedule is kept while none is in force", () => {
  const bare = historyOf(hourly(12, 2 * HOUR), { bare: true });
  const disk = new OneDisk()
    .rule(ruleOf("PT1H PT3H", lifted))
    .list([...bare, snapshotOf(HOUR / 2, { since: START - HOUR })]);
  expect(disk.deletions()).toEqual([]);
  expect(disk.deferral("Grace")).toMatchObject({ count: 10 });
});

it.each([
  [7, 8],
  [8, 9],
])("rule 5: with more than eight in force nothing is deleted (%d before the rule's)", (before, inForce) => {
  const carriers = Array.from({ length: before }, (_, index) =>
    snapshotOf((before - index) * HOUR, { schedule: `PT1H PT${index + 2}H`, since: START - HOUR }),
  );
  const unneeded = historyOf(hourly(5, 30 * HOUR), { schedule: `PT1H PT${before + 1}H` });
  const disk = new OneDisk().rule(ruleOf("PT1H PT20H", lifted)).list([...unneeded, ...carriers]);
  expect(disk.deletions().length > 0).toBe(inForce <= 8);
  expect(disk.reasons().includes("TooManySchedules")).toBe(inForce > 8);
});

it("rule 5: the rule's schedule counts once among them, and what carries none as one more", () => {
  const inForce = (newest: readonly ReturnType<typeof snapshotOf>[]): OneDisk => {
    const carriers = Array.from({ length: 7 }, (_, index) =>
      snapshotOf((7 - index) * HOUR, { schedule: `PT1H PT${index + 2}H`, since: START - HOUR }),
    );
    return new OneDisk().rule(ruleOf("PT1H PT20H", lifted)).list([...carriers, ...newest]);
  };
  const own = snapshotOf(MINUTE, { schedule: "PT1H PT20H", since: START - MINUTE });
  expect(inForce([own]).reasons()).not.toContain("TooManySchedules");
  const bare = snapshotOf(2 * MINUTE, { bare: true });
  expect(inForce([bare, own]).deferral("TooManySchedules")).toMatchObject({ count: 9 });
});

describe("rule 5: a confirmation", () => {
  const history = historyOf(hourly(30), { schedule: "PT1H PT30H" });

  it.each(["PT1H PT3H", "PT60M PT180M"])("of %s ends the grace and rule 4b at once", (confirmedDeltas) => {
    const counted = [...history.slice(0, -1), snapshotOf(HOUR / 2, { held: 29, others: 29, since: START - HOUR })];
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { confirmedDeltas })).list(counted);
    expect(disk.deletions()).toHaveLength(26);
  });

  it("leaves to rule 4a what the rule's own schedule does not keep", () => {
    const own = historyOf(hourly(7), { held: 16, others: 10, since: START - HOUR });
    const before = historyOf(hourly(10, 8 * HOUR), { schedule: "PT1H PT30H" });
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { confirmedDeltas: "PT1H PT3H" })).list([...before, ...own]);
    expect(disk.deletions()).toHaveLength(13);
  });

  it("keeps only what the rule's schedule keeps from the newest of all", () => {
    const own = historyOf(hourly(8, 10.5 * HOUR), { since: START - DAY });
    const newer = historyOf(hourly(8), { schedule: "PT1H PT12H" });
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { ...lifted, confirmedDeltas: "PT1H PT3H" }));
    expect(disk.list([...own, ...newer]).deletions()).toHaveLength(12);
  });

  it.each(["PT1H PT4H", "no schedule"])("of %s, which is another text, confirms nothing", (confirmedDeltas) => {
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { ...lifted, confirmedDeltas })).list(history);
    expect(disk.deletions()).toEqual([]);
  });
});

it("rule 5: schedules compare by value", () => {
  const history = historyOf(hourly(8), { schedule: "PT60M PT180M", since: START - HOUR });
  const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list(history);
  expect(disk.reasons()).not.toContain("Grace");
  expect(disk.deletions()).toHaveLength(3);
});
