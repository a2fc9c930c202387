import { describe, expect, it } from "vitest";
import { historyOf, hourly, OneDisk, snapshotOf } from "../../test/rules/one-disk.ts";
import { HOUR } from "../state/time.ts";
import { ruleOf } from "../testing/builders.ts";
import { explainExpiry, explainRetention } from "./explain.ts";

const rule = ruleOf("PT1H PT3H");
const history = historyOf(hourly(7));

/** The ids that are kept, and those that are not. */
function retention({ state, present }: OneDisk): readonly (readonly string[])[] | undefined {
  const decision = explainRetention(state, present);
  return decision && [decision.kept, decision.expired].map((rows) => rows.map(({ snapshot }) => snapshot.id));
}

describe("what a schedule keeps and expires is explained", () => {
  it("by the rule's", () => {
    const disk = new OneDisk().rule(rule).list(historyOf(hourly(7), { schedule: "PT1H PT5H" }));
    const [kept, expired] = retention(disk) as [string[], string[]];
    expect([kept.length, expired.length]).toEqual([4, 3]);
    expect(expired.toSorted()).toEqual(["old-16200", "old-19800", "old-23400"].toSorted());
  });

  it("without a rule by that of the newest", () => {
    const older = historyOf(hourly(6, 1.5 * HOUR), { schedule: "PT1H PT9H" });
    const disk = new OneDisk().list([...older, snapshotOf(HOUR / 2)]);
    expect(retention(disk)?.map((ids) => ids.length)).toEqual([4, 3]);
  });

  it("not at all without any", () => {
    expect(retention(new OneDisk().list(historyOf(hourly(7), { bare: true })))).toBeUndefined();
    expect(retention(new OneDisk().list([]))).toBeUndefined();
  });
});

describe("why one goes is explained", () => {
  const why = ({ state, present }: OneDisk, id: string): unknown => explainExpiry(state, present, id);

  it("as it is where all are explained, also when its deletion is under way", () => {
    const disk = new OneDisk().rule(rule).list(history);
    for (const id of disk.deletions()) {
      const all = explainRetention(disk.state, disk.present)?.expired.find(({ snapshot }) => snapshot.id === id);
      expect(all?.reason).toBeDefined();
      expect(why(disk, id)).toEqual(all?.reason);
      const before = why(disk, id);
      expect(why(disk.fact({ type: "deletion.sent", id }), id)).toEqual(before);
    }
  });

  it("not of one that is kept, that is not there, or that no schedule decides on", () => {
    const disk = new OneDisk().rule(rule).list(history);
    expect(why(disk, "old-1800")).toBeUndefined();
    expect(why(disk, "another")).toBeUndefined();
    const bare = new OneDisk().list(historyOf(hourly(7), { bare: true }));
    expect(why(bare, "old-23400")).toBeUndefined();
  });
});
