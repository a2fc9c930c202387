import { parseDeltas } from "@k8s-snapshots/retention";
import { describe, expect, it } from "vitest";
import { type AccountNeedFacts, accountNeed, describeNeed, exceededOf, remedyOf } from "./account-need.ts";

function needOf(deltas: readonly string[], facts: Partial<AccountNeedFacts> = {}) {
  return accountNeed({
    deltas: deltas.map((text) => parseDeltas(text)),
    minInterval: 60_000,
    capabilities: { restore: false },
    limits: undefined,
    ...facts,
  });
}

describe("what the rules of a location need, before anything is made", () => {
  it("is the most that they keep, and the creations that keep them up", () => {
    const { needed } = needOf(["PT1H P1D", "PT1H P1D", "P1D P7D"]);
    expect(needed.snapshots).toBe(26 + 26 + 9);
    expect(needed.perSecond).toBeCloseTo((24 + 24 + 1) / 86_400);
  });

  it("counts no more creations than the shortest interval allows", () => {
    expect(needOf(["PT1S PT10S"]).needed.perSecond).toBeCloseTo(1 / 60);
    const capabilities = { restore: false, minIntervalMs: 600_000 };
    expect(needOf(["PT1S PT10S"], { capabilities }).needed.perSecond).toBeCloseTo(1 / 600);
  });

  it("is compared with what the account allows", () => {
    const rules = Array.from({ length: 100 }, () => "PT1H P1D");
    const limits = { maxSnapshots: 2_702 };
    const capabilities = { restore: false, callsPerSecond: { create: 5 } };
    expect(exceededOf(needOf(rules, { limits, capabilities }))).toEqual([]);
    expect(exceededOf(needOf(rules, { limits: { maxSnapshots: 2_000 }, capabilities }))).toEqual(["snapshots"]);
    expect(exceededOf(needOf(rules, { limits, capabilities, learnedPerSecond: 0.01 }))).toEqual(["perSecond"]);
    expect(exceededOf(needOf(rules))).toEqual([]);
  });

  it("has less room where others have snapshots too", () => {
    expect(needOf([], { limits: { maxSnapshots: 100, snapshots: 40 }, ours: 30 }).allowed).toEqual({ snapshots: 90 });
    expect(needOf([], { limits: { maxSnapshots: 100, snapshots: 40 } }).allowed).toEqual({ snapshots: 100 });
  });
});

describe("in words", () => {
  const needed = { snapshots: 3_400, perSecond: 2.12 };

  it("it is one sentence", () => {
    expect(describeNeed({ needed, allowed: { snapshots: 2_702, perSecond: 5 } })).toBe(
      "these rules need 3,400 snapshots at 2.1 a second; this account can hold 2,702 at 5 a second",
    );
  });

  it("what is not known is left out", () => {
    expect(describeNeed({ needed, allowed: { snapshots: 2_702 } })).toMatch(/; this account can hold 2,702$/);
    expect(describeNeed({ needed, allowed: { perSecond: 0.35 } })).toMatch(/; this account can take 21 a minute$/);
    expect(describeNeed({ needed, allowed: {} })).toBeUndefined();
    const few = { snapshots: 1, perSecond: 1 / 86_400 };
    expect(describeNeed({ needed: few, allowed: { snapshots: 5 } })).toMatch(
      /^these rules need 1 snapshot at 1 a day;/,
    );
  });

  it("it says what to do", () => {
    expect(remedyOf({ needed, allowed: { snapshots: 2_702, perSecond: 5 } })).toBe(
      "have the limit raised, or keep fewer",
    );
    expect(remedyOf({ needed, allowed: { snapshots: 2_702, perSecond: 1 } })).toMatch(
      /keep fewer and take them less often$/,
    );
    expect(remedyOf({ needed, allowed: {} })).toBe("");
  });
});
