import { describe, expect, it } from "vitest";
import { decideRetention, forecast, parseDeltas } from "./index.ts";

const HOUR = 3_600_000;

describe("forecast", () => {
  it("agrees with retention carried out for three longest durations", () => {
    const deltas = parseDeltas("PT1H P1D P7D");
    const counts: number[] = [];
    let snapshots: { id: string; createdAt: Date }[] = [];
    for (let round = 0; round <= 3 * 7 * 24; round++) {
      snapshots.push({ id: `s${round}`, createdAt: new Date(round * HOUR) });
      snapshots = decideRetention(deltas, snapshots).kept.map(({ snapshot }) => snapshot);
      if (round > 7 * 24) counts.push(snapshots.length);
    }
    const { most, fewest } = forecast(deltas);
    expect(fewest).toBe(Math.min(...counts));
    expect(most).toBe(Math.max(...counts) + 1);
  });

  it("says the ages, youngest first", () => {
    const { ages } = forecast(parseDeltas("PT1H PT3H"));
    expect(ages).toEqual([0, HOUR, 2 * HOUR, 3 * HOUR]);
  });

  it("reckons months on the calendar from the start that is given", () => {
    const { ages } = forecast(parseDeltas("P1M P3M"), { start: new Date("2026-01-31T00:00:00Z") });
    expect(ages.map((age) => age / (24 * HOUR))).toEqual([0, 31, 61, 92]);
  });

  it("estimates where it would take millions of snapshots to find out", () => {
    const { method, most, fewest, ages } = forecast(parseDeltas("PT1M P1D P1Y"));
    expect(method).toBe("estimated");
    expect(fewest).toBe(1440 + 364 + 1);
    expect(ages).toHaveLength(fewest);
    expect(most).toBeGreaterThanOrEqual(fewest);
  });

  it("refuses a schedule that would keep more than anyone can pay for", () => {
    expect(() => forecast(parseDeltas("PT1S P1Y"))).toThrow("would keep about 31556953 snapshots");
  });
});
