import { HOLD_LABEL } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { errorOf, historyOf, hourly, OneDisk, snapshotOf } from "./one-disk.ts";

const rule = ruleOf("PT1H PT3H");
const { deltas, ...unreadable } = rule;

it("rule 2: a rule that cannot be read deletes nothing, whatever the snapshots say", () => {
  const disk = new OneDisk().rule(unreadable).list(historyOf(hourly(7), { policy: "expire" }));
  disk.pass(3 * HOUR);
  expect(disk.deletions()).toEqual([]);
  expect(disk.reasons()).toEqual(["RuleInvalid"]);
  expect(disk.plan()).toMatchObject({ deletions: [], awaitsList: false });
});

it("rule 2: nor does one with more durations than a snapshot's label can hold", () => {
  const generations = Array.from({ length: 40 }, (_, index) => `PT${index + 2}H`).join(" ");
  const disk = new OneDisk().rule(ruleOf(`PT1H ${generations}`)).list(historyOf(hourly(7)));
  expect(disk.plan()).toMatchObject({ creation: undefined, deletions: [] });
  expect(disk.plan().deferrals).toEqual([
    { reason: "RuleInvalid", count: 0, detail: expect.stringContaining("41 durations are too many") },
  ]);
});

it("rule 2: nothing goes while another object that is meant to protect the disk cannot be read", () => {
  const disk = new OneDisk().rule({ ...rule, deletionsSuspended: "a rule that cannot be read" });
  expect(disk.list(historyOf(hourly(7))).deletions()).toEqual([]);
  expect(disk.reasons()).toContain("DeletionsSuspended");
});

it("rule 2: what no list has shown yet does not count", () => {
  const disk = new OneDisk().rule({ ...rule, ignoreDeletionBudget: true }).list(historyOf(hourly(7, HOUR)));
  disk.create();
  expect(disk.deletions()).toEqual([7, 6, 5].map((hours) => `old-${hours * 3_600}`));
});

it("rule 2: what was made after the list began neither counts nor goes", () => {
  const disk = new OneDisk().rule(rule);
  disk.list([...historyOf(hourly(7, HOUR)), snapshotOf(MINUTE)], { begunBefore: 5 * MINUTE });
  expect(disk.deletions()).toEqual([7, 6, 5].map((hours) => `old-${hours * 3_600}`));
  expect(disk.plan().awaitsList).toBe(true);
});

it("rule 2: where nothing is confirmed nothing expires", () => {
  const disk = new OneDisk().rule(rule).list([]);
  disk.create();
  expect(disk.reasons()).toContain("NothingConfirmed");
});

it("slow-1 (rule 2): newer ones that are pending stop no deletion", () => {
  const disk = new OneDisk().rule(rule).list([...historyOf(hourly(7)), snapshotOf(MINUTE, { state: "pending" })]);
  expect(disk.deletions("expired")).toHaveLength(3);
});

it("slow-1 (rule 2): nor does one that is ready and in no list yet", () => {
  const disk = new OneDisk().rule(rule).list(historyOf(hourly(7, HOUR)));
  disk.create();
  expect(disk.deletions("expired")).toHaveLength(3);
});

it("rule 2: where there is nothing at all, nothing is said", () => {
  expect(new OneDisk().rule(rule).list([]).plan().deferrals).toEqual([]);
});

describe("rule 2: while one is deleted to make room, what is needed as long as that one stands", () => {
  const makingRoom = (): OneDisk => {
    const schedule = "PT1H PT2H PT6H";
    const ages = [5, 4.5, 4, 3.5, 2.5].map((hours) => hours * HOUR);
    const disk = new OneDisk({ capabilities: { maxSnapshotsPerDisk: 5 } });
    disk.rule({ ...ruleOf(schedule), ignoreDeletionBudget: true }).list(historyOf(ages, { schedule }));
    expect(disk.deletions("room")).toEqual(["old-16200"]);
    return disk.fact({ type: "deletion.sent", id: "old-16200" });
  };

  it("stays: the deletion may be refused", () => {
    expect(makingRoom().deletions("expired")).toEqual([]);
  });

  it("goes once it was carried out", () => {
    const disk = makingRoom().fact({ type: "deletion.done", id: "old-16200", madeRoom: true });
    expect(disk.deletions("expired")).toEqual(["old-12600"]);
  });

  it("stays where the answer was lost", () => {
    const error = errorOf({ outcome: "unknown" });
    const disk = makingRoom().fact({ type: "deletion.refused", id: "old-16200", error, madeRoom: true });
    expect(disk.deletions("expired")).toEqual([]);
  });
});

describe("api-1 (rule 2): where the rules were not confirmed", () => {
  const away = (minutes: number, policy: "expire" | "retain" = "retain"): OneDisk => {
    const ages = { rulesMaxAge: DAY, rulesMaxAgeForDeletions: 10 * MINUTE };
    const disk = new OneDisk({ policy: ages }).rule(rule).list(historyOf(hourly(7, HOUR), { policy }));
    disk.rulesAge = minutes * MINUTE;
    return disk;
  };

  it("for ten minutes, nothing is deleted, and snapshots go on", () => {
    expect(away(10).deletions()).not.toEqual([]);
    expect(away(11).deletions()).toEqual([]);
    expect(away(11).deferral("RulesNotConfirmed")).toMatchObject({ limit: 11 * MINUTE });
    expect(away(11).creates()).toBe(true);
  });

  it("for a day, nothing is taken either", () => {
    expect(away(24 * 60).creates()).toBe(true);
    expect(away(24 * 60 + 1).creates()).toBe(false);
    expect(away(24 * 60 + 1).plan().deferrals).toEqual([
      { reason: "RulesTooOld", count: 0, limit: (24 * 60 + 1) * MINUTE },
    ]);
  });

  it("no room is made by them, and no orphan expires", () => {
    const full = away(11);
    full.location = { ...full.location, capabilities: { ...full.location.capabilities, maxSnapshotsPerDisk: 7 } };
    expect(full.deletions()).toEqual([]);
    const orphan = away(11, "expire")
      .rule(undefined)
      .pass(2 * HOUR)
      .list(historyOf(hourly(7, HOUR), { policy: "expire" }));
    expect(orphan.deletions()).toEqual([]);
    expect(orphan.reasons()).toContain("RulesNotConfirmed");
    orphan.rulesAge = 0;
    expect(orphan.deletions()).not.toEqual([]);
  });
});

describe("rule 2: a snapshot is read by itself before it goes", () => {
  it.each([
    [true, 11 * MINUTE, true],
    [true, 10 * MINUTE, false],
    [false, 11 * MINUTE, false],
  ])("if the backend can (%s), and the list began %d ms ago: %s", (read, age, readFirst) => {
    const disk = new OneDisk({ capabilities: { read } })
      .rule(rule)
      .pass(HOUR)
      .list(historyOf(hourly(7)));
    const { deletions } = disk.pass(age).plan();
    expect(deletions).not.toHaveLength(0);
    expect(deletions.every((action) => action.readFirst === readFirst)).toBe(true);
  });

  it("and what is found takes the place of what the list said", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(hourly(7)));
    const [first, second, third] = disk.deletions() as [string, string, string];
    const found = snapshotOf(6.5 * HOUR);
    disk.fact({ type: "snapshot.read", id: first, snapshot: { ...found, labels: { [HOLD_LABEL]: "true" } } });
    disk.fact({ type: "snapshot.read", id: second, snapshot: { ...found, state: "unknown" } });
    expect(disk.deletions()).toEqual([third]);
    disk.fact({ type: "deletion.sent", id: third });
    disk.fact({ type: "snapshot.read", id: "gone", snapshot: undefined });
    expect(disk.state.leaving.map(({ id }) => id)).toEqual([third, "gone"]);
    disk.fact({ type: "snapshot.read", id: third, snapshot: undefined });
    expect(disk.state.leaving).toHaveLength(2);
    expect(disk.deletions()).toEqual([]);
    disk.fact({ type: "snapshot.read", id: first, snapshot: { ...found, labels: { [HOLD_LABEL]: "false" } } });
    expect(disk.deletions()).toEqual([first]);
  });
});
