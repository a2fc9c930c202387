import { describe, expect, it } from "vitest";
import { hashText } from "../../src/planner/hash-text.ts";
import { lapsedUntil, lookAgainAt } from "../../src/planner/yield-to-others.ts";
import { ownershipLapsed } from "../../src/state/location-state.ts";
import { HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/index.ts";
import { historyOf, hourly, OneDisk, START } from "./one-disk.ts";

/** Five minutes, and up to two more that are the process's own. */
const WAIT = 5 * MINUTE + Math.floor(hashText("me") * 2 * MINUTE);

/** Its location lapses ten minutes after the start. */
function lapsed(newestAge = HOUR / 2): OneDisk {
  const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list(historyOf(hourly(4, newestAge)));
  disk.pass(10 * MINUTE);
  disk.location = ownershipLapsed(disk.location, disk.present.moment.monotonic);
  return disk.pass(MINUTE);
}

describe("rule 6: where another replica may serve the location", () => {
  it("an overdue snapshot waits from the lapse on, one that is due later from its time", () => {
    const disk = lapsed();
    expect(WAIT).toBeGreaterThan(5 * MINUTE);
    expect(lapsedUntil(disk, START)).toBe(START + 10 * MINUTE + WAIT);
    expect(lapsedUntil(disk, Number.NEGATIVE_INFINITY)).toBe(START + 10 * MINUTE + WAIT);
    expect(lapsedUntil(disk, START + HOUR)).toBe(START + HOUR + WAIT);
  });

  it("there is no wait while the ownership is certain", () => {
    expect(lapsedUntil(new OneDisk(), START)).toBeUndefined();
  });

  it("and nothing is taken but in a list begun after that", () => {
    const history = historyOf(hourly(4, HOUR));
    const disk = lapsed(HOUR);
    expect(disk.plan().creation).toBeUndefined();
    disk.pass(WAIT - 2 * MINUTE).list(history);
    expect(disk.plan().creation).toBeUndefined();
    disk.pass(2 * MINUTE).list(history);
    expect(disk.plan().creation?.reason).toBe("due");
  });

  it("nor is it asked again for what may have been made", () => {
    const history = historyOf(hourly(4, HOUR));
    const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list(history).createRefused({ outcome: "unknown" });
    disk.pass(10 * MINUTE);
    expect(disk.plan().creation?.reason).toBe("resolve");
    disk.location = ownershipLapsed(disk.location, disk.present.moment.monotonic);
    expect(
      disk
        .pass(WAIT - 1)
        .list(history)
        .creates(),
    ).toBe(false);
    expect(disk.plan().listAt).toBe(Number.POSITIVE_INFINITY);
    disk.pass(1);
    expect(disk.plan()).toMatchObject({ creation: undefined, listAt: disk.present.moment.monotonic });
    expect(disk.list(history).plan().creation?.reason).toBe("resolve");
  });

  it("nothing at all goes", () => {
    const disk = lapsed();
    disk.list(historyOf(hourly(8)));
    expect(disk.plan().deletions).toEqual([]);
    expect(disk.reasons()).toContain("OwnershipLapsed");
  });

  it("where others are at work too, the longer of both is waited", () => {
    const disk = lapsed();
    const elsewhere = { count: 3, newest: disk.now, instances: ["a", "b"] };
    const planning = { present: disk.present, state: { ...disk.state, elsewhere } };
    const yields = START + (2 * 10 * HOUR) / 10;
    expect(lookAgainAt(planning, START, 10 * HOUR, false)).toBe(yields);
    expect(lookAgainAt(planning, START, MINUTE, false)).toBe(START + 10 * MINUTE + WAIT);
    expect(lookAgainAt({ ...planning, state: disk.state }, START, HOUR, false)).toBe(START + 10 * MINUTE + WAIT);
  });
});

it("rule 6: a location that is another replica's is left alone, and that is said", () => {
  const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list(historyOf(hourly(9, 2 * HOUR)));
  expect(disk.creates()).toBe(true);
  disk.location = { ...disk.location, isElsewhere: true };
  const { creation, deletions, deferrals } = disk.plan();
  expect({ creation, deletions, deferrals }).toEqual({
    creation: undefined,
    deletions: [],
    deferrals: [{ reason: "NotOwned", count: 0 }],
  });
});
