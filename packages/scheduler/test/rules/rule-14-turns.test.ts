import { describe, expect, it } from "vitest";
import { HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/builders.ts";
import { historyOf, hourly, OneDisk, snapshotOf } from "./one-disk.ts";

describe("rule 14: an interval below the shortest is stretched to it, and said", () => {
  it.each([
    ["the setting's", { policy: { minInterval: 2 * HOUR } }],
    ["the storage system's", { capabilities: { minIntervalMs: 2 * HOUR } }],
  ])("%s", (_, options) => {
    const disk = new OneDisk(options).rule(ruleOf("PT1H PT12H")).list([snapshotOf(110 * MINUTE)]);
    expect(disk.creates()).toBe(false);
    expect(disk.deferral("IntervalTooShort")).toMatchObject({ limit: 2 * HOUR });
    expect(disk.pass(10 * MINUTE).creates()).toBe(true);
  });

  it("one that is long enough is kept to", () => {
    const disk = new OneDisk({ policy: { minInterval: HOUR } }).rule(ruleOf("PT1H PT12H")).list([snapshotOf(HOUR)]);
    expect(disk.creates()).toBe(true);
    expect(disk.reasons()).not.toContain("IntervalTooShort");
  });
});

describe("rule 14: a namespace's most snapshots is a full limit", () => {
  const history = historyOf(hourly(6, HOUR));

  it("so that as many as it takes go first", () => {
    const disk = new OneDisk({ namespaceLeft: 0 }).rule(ruleOf("PT1H PT3H")).list(history);
    expect(disk.creates()).toBe(false);
    expect(disk.deletions("room")).toEqual(["old-21600"]);
    expect(disk.deletions()).toEqual(["old-21600", "old-18000"]);
    const over = new OneDisk({ namespaceLeft: -1 }).rule(ruleOf("PT1H PT3H")).list(history);
    expect(over.deletions("room")).toHaveLength(2);
  });

  it("and one is taken where there is room for it", () => {
    expect(new OneDisk({ namespaceLeft: 1 }).rule(ruleOf("PT1H PT3H")).list(history).creates()).toBe(true);
  });
});
