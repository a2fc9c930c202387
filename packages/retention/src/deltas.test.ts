import { describe, expect, it } from "vitest";
import { DeltasError, isDeltasError, parseDeltas } from "./index.ts";

describe("parseDeltas", () => {
  it.each([
    ["PT1H P1D P7D", [3_600_000, 86_400_000, 604_800_000]],
    ["PT60S PT1M", [60_000, 60_000]],
    ["P0.5D P1W", [43_200_000, 604_800_000]],
    ["PT7.5H P3D", [27_000_000, 259_200_000]],
    ["PT7,5H P3D", [27_000_000, 259_200_000]],
    ["P1DT12H P9D", [129_600_000, 777_600_000]],
    ["PT0.5S PT5S", [500, 5_000]],
    ["PT0.1S P0.1D", [100, 8_640_000]],
    ["+PT1H\tP1D\n", [3_600_000, 86_400_000]],
  ])("reads %j", (text, milliseconds) => {
    expect(parseDeltas(text).durations.map((duration) => duration.milliseconds)).toEqual(milliseconds);
  });

  it("keeps months and years apart from days", () => {
    const { durations } = parseDeltas("P1M P1Y6M P2Y1DT1H");
    expect(durations.map(({ months, milliseconds }) => [months, milliseconds])).toEqual([
      [1, 0],
      [18, 0],
      [24, 90_000_000],
    ]);
  });

  it("takes the first as the interval and each pair as a generation", () => {
    const { interval, generations } = parseDeltas("PT1H P1D P7D");
    expect(interval.text).toBe("PT1H");
    expect(generations.map(({ index, delta, parent }) => [index, delta.text, parent.text])).toEqual([
      [0, "PT1H", "P1D"],
      [1, "P1D", "P7D"],
    ]);
  });

  it("sorts what is not ascending and says so, with the place", () => {
    const { text, interval, warnings } = parseDeltas("P7D  P1D");
    expect(text).toBe("P1D P7D");
    expect(interval.text).toBe("P1D");
    expect(warnings).toEqual([{ message: "not in ascending order, read as P1D P7D", start: 0, end: 3 }]);
  });

  it("sorts a month between 30 and 31 days", () => {
    expect(parseDeltas("P31D P1M P30D").text).toBe("P30D P1M P31D");
  });

  it("has nothing to warn of in a plain schedule, equal durations included", () => {
    expect(parseDeltas("PT1H PT1H P1D").warnings).toEqual([]);
  });

  it.each([
    ["", "no durations: write the interval and how long to keep, such as PT1H P1D"],
    ["   ", "no durations: write the interval and how long to keep, such as PT1H P1D"],
    ["PT1H", "PT1H alone is not enough: write the interval and how long to keep, such as PT1H P30D"],
    ["P30D", "P30D alone is not enough: write the interval and how long to keep, such as P1D P30D"],
    ["\u001b[2J P1D", "\\u001b[2J is not an ISO 8601 duration such as PT1H, P1D, P1W or P1M"],
    ["PT1D P7D", "PT1D has a T too many: years, months, weeks and days stand before a T, as in P1D"],
    ["P1S P7D", "P1S lacks a T: hours, minutes and seconds stand after a T, as in PT1H"],
    ["pt2m P1D", "pt2m must be in capital letters: PT2M"],
    ["PT0H P1D", "PT0H is zero"],
    ["P0M P1D", "P0M is zero"],
    ["-PT1H P1D", "-PT1H is negative"],
    ["P P1D", "P is not an ISO 8601 duration such as PT1H, P1D, P1W or P1M"],
    ["PT P1D", "PT is not an ISO 8601 duration such as PT1H, P1D, P1W or P1M"],
    ["P1DT P7D", "P1DT is not an ISO 8601 duration such as PT1H, P1D, P1W or P1M"],
    [
      "1h 1d",
      "1h is not an ISO 8601 duration such as PT1H, P1D, P1W or P1M; 1d is not an ISO 8601 duration such as PT1H, P1D, P1W or P1M",
    ],
    ["PT1.5.5H P1D", "PT1.5.5H holds a number that cannot be read"],
    ["P1,D P7D", "P1,D holds a number that cannot be read"],
    ["PT0.0001S P1D", "PT0.0001S is not a whole number of milliseconds"],
    ["P0.25M P1Y", "P0.25M is not a whole number of months, and a part of a month has no fixed length: write days"],
    ["P1D P1001Y", "P1001Y is longer than 1,000 years"],
    [`P1D P${"9".repeat(500)}D`, `P${"9".repeat(39)}… is longer than 1,000 years`],
  ])("refuses %j", (text, message) => {
    expect(() => parseDeltas(text)).toThrow(DeltasError);
    expect(
      problemsOf(text)
        .map((problem) => problem.message)
        .join("; "),
    ).toBe(message);
  });

  it("reads half a year as six months", () => {
    expect(parseDeltas("P1D P0.5Y").durations[1]?.months).toBe(6);
  });

  it("says where each of several problems stands", () => {
    const problems = problemsOf(" PT1D P1D pt2m");
    expect(problems.map(({ start, end }) => [start, end])).toEqual([
      [1, 5],
      [10, 14],
    ]);
  });

  it("does not read on in a text of absurd length", () => {
    expect(problemsOf("P1D ".repeat(300))).toEqual([
      { message: "1200 characters are too many: at most 1000", start: 1000, end: 1200 },
    ]);
  });
});

function problemsOf(text: string): DeltasError["problems"] {
  try {
    parseDeltas(text);
  } catch (error) {
    if (isDeltasError(error)) return error.problems;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}
