import { expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { historyOf, hourly, OneDisk, snapshotOf } from "./one-disk.ts";

it("rule 3: the newest of the list stays, also where another one is of the same millisecond", () => {
  const twins = ["a", "b"].map((id) => snapshotOf(HOUR / 2, { id }));
  const disk = new OneDisk().rule(ruleOf("PT1H PT3H", { ignoreDeletionBudget: true }));
  disk.list([...historyOf(hourly(6, 1.5 * HOUR)), ...twins]);
  expect(disk.deletions()).not.toHaveLength(0);
  expect(disk.deletions()).not.toContain("b");
  disk.pass(HOUR / 2).create();
  expect(disk.deletions()).not.toContain("b");
});

it("rule 3: of two of one millisecond that are not the newest one goes", () => {
  const twins = ["a", "b"].map((id) => snapshotOf(1.5 * HOUR, { id }));
  const disk = new OneDisk().rule(ruleOf("PT1H PT3H"));
  disk.list([...historyOf([3.5 * HOUR, 2.5 * HOUR]), ...twins, snapshotOf(HOUR / 2, { held: 4 })]);
  expect(disk.deletions()).toEqual(["b"]);
});

it("rule 3: the newest of the list stays at a full limit", () => {
  const disk = new OneDisk({ capabilities: { maxSnapshotsPerDisk: 2 } }).rule(ruleOf("PT1H PT2H"));
  disk.list(historyOf([2 * HOUR, HOUR], { schedule: "PT1H PT2H" }));
  expect(disk.deletions()).toEqual(["old-7200"]);
  const alone = new OneDisk({ capabilities: { maxSnapshotsPerDisk: 1 } }).rule(ruleOf("PT1H PT2H"));
  alone.list(historyOf([90 * MINUTE], { schedule: "PT1H PT2H" }));
  expect(alone.deletions()).toEqual([]);
});

it("rule 3: the newest of the list stays at a full limit, also where a newer one is in no list yet", () => {
  const disk = new OneDisk({ capabilities: { maxSnapshotsPerDisk: 2 } }).rule(ruleOf("PT1H PT2H"));
  disk.list([snapshotOf(HOUR, { schedule: "PT1H PT2H" })]).create();
  disk.pass(HOUR);
  expect(disk.creates()).toBe(false);
  expect(disk.deletions()).toEqual([]);
});

it("rule 3: of an orphan's the newest stays, and the newest of the list", () => {
  const rule = ruleOf("PT1H PT3H", { deletionPolicy: "expire" });
  const disk = new OneDisk().rule(rule).list(historyOf(hourly(3, HOUR), { policy: "expire" }));
  disk.create();
  disk.rule(undefined);
  for (let count = 0; count < 10; count++) {
    disk.pass(DAY);
    for (const id of disk.deletions()) disk.deleted(id);
  }
  expect(disk.state.leaving.map(({ id }) => id)).not.toContain("old-3600");
  expect(disk.state.leaving).toHaveLength(2);
});
