import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDuration, type Duration, timesToReach } from "./duration.ts";

const month: Duration = { text: "P1M", months: 1, milliseconds: 0 };
const date = (text: string): number => Date.parse(text);

describe("addDuration", () => {
  it.each([
    ["a day that the month lacks becomes its last", "2026-01-31T10:30:00.123Z", 1, "2026-02-28T10:30:00.123Z"],
    ["a leap year's February has 29", "2028-01-31T00:00:00Z", 1, "2028-02-29T00:00:00Z"],
    ["several months are counted in one go", "2026-01-31T00:00:00Z", 2, "2026-03-31T00:00:00Z"],
    ["back over the turn of the year", "2026-01-31T00:00:00Z", -2, "2025-11-30T00:00:00Z"],
    ["back into February", "2026-03-31T00:00:00Z", -1, "2026-02-28T00:00:00Z"],
    ["before the year 100", "0099-03-15T00:00:00Z", -3, "0098-12-15T00:00:00Z"],
  ])("%s", (_, from, times, to) => {
    expect(new Date(addDuration(date(from), month, times))).toEqual(new Date(to));
  });

  it("adds what is not months after the months", () => {
    const duration = { text: "P1M1D", months: 1, milliseconds: 86_400_000 };
    expect(addDuration(date("2026-01-31T00:00:00Z"), duration)).toBe(date("2026-03-01T00:00:00Z"));
  });
});

describe("addDuration, whatever the date", () => {
  it("moves by whole months, and to the last day of one that is too short", () => {
    const dates = fc.integer({ min: Date.UTC(1600, 0, 1), max: Date.UTC(2600, 0, 1) });
    fc.assert(
      fc.property(dates, fc.integer({ min: -15_000, max: 15_000 }), (from, times) => {
        const [before, after] = [new Date(from), new Date(addDuration(from, month, times))];
        const monthOf = (at: Date): number => at.getUTCFullYear() * 12 + at.getUTCMonth();
        expect(monthOf(after) - monthOf(before)).toBe(times);
        const lastDay = new Date(after).setUTCMonth(after.getUTCMonth() + 1, 0);
        expect(after.getUTCDate()).toBe(Math.min(before.getUTCDate(), new Date(lastDay).getUTCDate()));
        expect(after.toISOString().slice(-13)).toBe(before.toISOString().slice(-13));
      }),
    );
  });
});

describe("timesToReach", () => {
  it("is the smallest count that reaches the target", () => {
    const durations = fc.record({
      text: fc.constant("any"),
      months: fc.integer({ min: 0, max: 40 }),
      milliseconds: fc.integer({ min: 1, max: 1e10 }),
    });
    const dates = fc.integer({ min: 0, max: 4e12 });
    fc.assert(
      fc.property(dates, durations, dates, (start, duration, target) => {
        const times = timesToReach(start, duration, target);
        expect(addDuration(start, duration, times)).toBeGreaterThanOrEqual(target);
        if (times > 1) expect(addDuration(start, duration, times - 1)).toBeLessThan(target);
        else expect(times).toBe(1);
      }),
    );
  });
});
