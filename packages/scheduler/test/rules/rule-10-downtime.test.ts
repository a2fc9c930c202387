import { expect, it } from "vitest";
import { HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { historyOf, hourly, OneDisk } from "./one-disk.ts";

it("rule 10: the first one of a disk is due at once", () => {
  const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list([]);
  expect(disk.plan()).toMatchObject({ creation: { reason: "first", dueAt: disk.now }, deferrals: [] });
});

it("rule 10: after downtime one snapshot is made, not one for each missed interval", () => {
  const history = historyOf(hourly(4));
  const disk = new OneDisk()
    .rule(ruleOf("PT1H PT3H"))
    .list(history)
    .pass(10 * HOUR);
  expect(disk.plan().creation).toMatchObject({ reason: "due" });
  const made = disk.create();
  expect(disk.creates()).toBe(false);
  disk.pass(59 * MINUTE).list([...history, made]);
  expect(disk.creates()).toBe(false);
  expect(disk.pass(MINUTE).creates()).toBe(true);
});
