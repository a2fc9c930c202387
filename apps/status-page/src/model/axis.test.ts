import { describe, expect, it } from "vitest";
import { ageOfX, axisFor, ticksOf, xOfAge, type Zoom, zoomsFor } from "./axis.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("the axis", () => {
  const usual = axisFor(30 * DAY, HOUR);

  it("gives the last hour as much room as the three weeks before a week ago", () => {
    const width = 1_000;
    const lastHour = xOfAge(usual, 0, width) - xOfAge(usual, HOUR, width);
    const lastMonth = xOfAge(usual, 7 * DAY, width) - xOfAge(usual, 30.44 * DAY, width);
    expect(lastHour / lastMonth).toBeCloseTo(0.94, 1);
  });

  it("finds the age of each place again", () => {
    for (const age of [0, 1_000, HOUR, 7 * DAY, 400 * DAY]) {
      expect(ageOfX(usual, xOfAge(usual, age, 800), 800)).toBeCloseTo(age, 0);
    }
  });

  it("is alike in most clusters, reaches as far as the longest schedule, and fits seconds", () => {
    expect(axisFor(DAY, HOUR)).toEqual(axisFor(365 * DAY, 6 * HOUR));
    expect(axisFor(3_650 * DAY, HOUR).far).toBeGreaterThan(3_650 * DAY);
    expect(axisFor(60_000, 2_000).far).toBeLessThan(120_000);
  });

  it("parts the months of a year and the years of five, where somebody looks for those", () => {
    const YEAR = 365.25 * DAY;
    const apart = (zoom: Zoom, age: number, step: number): number => {
      const axis = axisFor(5 * YEAR, HOUR, zoom);
      return xOfAge(axis, age - step, 780) - xOfAge(axis, age, 780);
    };
    expect(apart("all", YEAR, YEAR / 12)).toBeLessThan(6);
    expect(apart("year", YEAR, YEAR / 12)).toBeGreaterThan(10);
    expect(apart("years", 5 * YEAR, YEAR)).toBeGreaterThan(1.7 * apart("all", 5 * YEAR, YEAR));
    expect(apart("month", 30 * DAY, DAY)).toBeGreaterThan(apart("all", 30 * DAY, DAY));
  });

  it("offers what there is something to see by", () => {
    expect(zoomsFor(30 * DAY)).toEqual(["all", "month", "year"]);
    expect(zoomsFor(5 * 365 * DAY)).toContain("years");
    expect(zoomsFor(60_000)).toEqual(["all"]);
    expect(axisFor(30 * DAY, HOUR, "years")).toEqual(axisFor(30 * DAY, HOUR));
  });

  it("labels what has room, and now always", () => {
    const wide = ticksOf(usual, 900).map(({ label }) => label);
    expect(wide).toEqual(["1 y", "1 mo", "1 w", "1 d", "6 h", "1 h", "now"]);
    const narrow = ticksOf(usual, 200).map(({ label }) => label);
    expect(narrow.at(-1)).toBe("now");
    expect(narrow.length).toBeLessThan(wide.length);
  });
});
