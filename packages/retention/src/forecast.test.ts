import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wholeCount } from "../../../test-support/whole-count.ts";
import { addDuration, averageMilliseconds, type Deltas, forecast, keptPositions, parseDeltas } from "./index.ts";

const HOUR = 3_600_000;

const inUse = [
  "P1D P7D",
  "P1D P30D P360D",
  "PT1H P2D P30D P180D",
  "PT1H PT24H P30D",
  "PT12H P14D P366D",
  "PT10M PT1H",
  "P1D P3D P7D P30D",
  "PT1H P30D P360D",
  "PT15M PT60M PT4H PT24H P7D",
  "PT5M PT15M PT45M",
  "P0.5D P7D",
  "P7D P7D",
];

describe("the figures", () => {
  it.each([
    ["forecast-2: PT4H PT6H P7D", "PT4H PT6H P7D", 22, 44],
    ["forecast-2: PT2H PT3H P3D P7D", "PT2H PT3H P3D P7D", 20, 40],
    ["one that fits into 25", "PT2H P1D P7D", 18, 21],
    ["hourly for a day", "PT1H P1D", 23, 26],
    ["the one of the README", "PT1H P1D P7D", 29, 33],
    ["months", "P1M P1Y", 12, 14],
    ["a single step", "P7D P7D", 2, 3],
  ])("%s", (_, text, fewest, most) => {
    expect(forecast(parseDeltas(text))).toMatchObject({ fewest, most, method: "counted" });
  });

  it("forecast-2: one second late for each is enough for what stands to double", () => {
    const deltas = parseDeltas("PT4H PT6H P7D");
    expect(simulate(deltas, () => 0)).toEqual({ fewest: 22, most: 24 });
    expect(simulate(deltas, () => 3_000)).toEqual({ fewest: 43, most: 44 });
  });

  it("forecast-1: the fewest are never more than the most", () => {
    const { fewest, most } = forecast(parseDeltas("PT1H P1M P1Y P10Y"));
    expect(fewest).toBe(631);
    expect(most).toBe(769);
  });

  it.each(["PT1M P10Y", "PT1S P1Y", "PT0.001S P1000Y", "PT1M P1D"])(
    "forecast-1: %s, too many to list, has bounds",
    (text) => {
      const deltas = parseDeltas(text);
      const { fewest, most, ages, method } = forecast(deltas);
      const expected = averageMilliseconds(deltas.durations[1] as Deltas["interval"]) / deltas.interval.milliseconds;
      expect(method).toBe("bound");
      expect(ages).toEqual([]);
      expect(fewest).toBeGreaterThan(expected * 0.9);
      expect(most).toBeGreaterThan(expected);
      expect(most).toBeLessThan(expected * 1.01);
    },
  );
});

describe("the ages", () => {
  it("come youngest first", () => {
    expect(forecast(parseDeltas("PT1H PT3H")).ages).toEqual([0, HOUR, 2 * HOUR, 3 * HOUR]);
  });

  it("are measured on the calendar from the start that is given, where months are in it", () => {
    const { ages } = forecast(parseDeltas("P1M P3M"), { start: new Date("2026-07-31T00:00:00Z") });
    expect(ages.map((age) => age / (24 * HOUR))).toEqual([0, 31, 61, 92]);
  });

  it("are what retention keeps of a history in which each snapshot was a moment late", () => {
    fc.assert(
      fc.property(drawnSchedules(), (deltas) => {
        const interval = deltas.interval.milliseconds;
        const reach = 2 * (deltas.durations.at(-1) as Deltas["interval"]).milliseconds;
        const newest = Date.UTC(2026, 0, 1);
        const count = Math.ceil(reach / interval);
        const times = Float64Array.from({ length: count }, (_, index) => newest - (count - 1 - index) * (interval + 1));
        const kept = keptPositions(deltas, times).map((position) => (count - 1 - position) * interval);
        expect(forecast(deltas).ages).toEqual(kept.reverse());
      }),
    );
  });

  it("are as many as stand", () => {
    expect(forecast(parseDeltas("PT4H PT6H P7D")).ages).toHaveLength(43);
    fc.assert(
      fc.property(drawnSchedules(), (deltas) => {
        const { fewest, most, ages } = forecast(deltas);
        expect(ages.length).toBeGreaterThanOrEqual(fewest);
        expect(ages.length).toBeLessThan(most);
      }),
    );
  });
});

describe("what stands in the long run lies between fewest and most", () => {
  it.each([...inUse, "PT4H PT6H P7D", "PT2H PT3H P3D P7D", "P1D P1M P1Y", "P1D P7D P1M P1Y", "P15D P1M P1Y P3Y"])(
    "%s, on time, late by the same, late by any",
    (text) => {
      const deltas = parseDeltas(text);
      const tenth = averageMilliseconds(deltas.interval) / 10;
      const forecasted = forecast(deltas);
      const random = repeatableRandom(1);
      const ways = [() => random() * tenth, ...[0, 0.001, 0.3, 0.65, 1].map((part) => () => part * tenth)];
      // Where hundreds stand for a year of hours, each way to be late takes seconds.
      const tried = forecasted.most > 500 ? wholeCount(ways.length, 1) : ways.length;
      for (const late of ways.slice(0, tried)) expectWithin(deltas, forecasted, late);
    },
  );

  it("of any schedule, with lateness that changes as it likes", () => {
    const latenesses = fc.record({
      seed: fc.nat(),
      most: fc.constantFrom(0, 0.001, 0.01, 0.03, 0.1),
      stretch: fc.integer({ min: 1, max: 300 }),
      onTime: fc.constantFrom(0, 0.3, 0.9),
    });
    fc.assert(
      fc.property(drawnSchedules(), latenesses, (deltas, { seed, most, stretch, onTime }) => {
        const random = repeatableRandom(seed);
        let current = 0;
        const late = (round: number): number => {
          if (round % stretch === 0) current = random() < onTime ? 0 : random() * most;
          return current * deltas.interval.milliseconds;
        };
        expectWithin(deltas, forecast(deltas), late);
      }),
      { numRuns: wholeCount(500, 100) },
    );
  });
});

/** Two to six durations in whole minutes, with ratios that need not divide; the longest is up to 300 intervals. */
function drawnSchedules(): fc.Arbitrary<Deltas> {
  const ratio = fc.oneof(
    fc.integer({ min: 1, max: 12 }),
    fc.double({ min: 1, max: 5, noNaN: true }),
    fc.constantFrom(1.25, 1.5, 1.75, 2.5),
  );
  return fc.array(ratio, { minLength: 1, maxLength: 5 }).map((ratios) => {
    let minutes = 60;
    const texts = ratios.map((by) => {
      minutes = Math.min(Math.round(minutes * by), 300 * 60);
      return `PT${minutes}M`;
    });
    return parseDeltas(["PT60M", ...texts].join(" "));
  });
}

function expectWithin(deltas: Deltas, { fewest, most }: { fewest: number; most: number }, late: Lateness): void {
  const stood = simulate(deltas, late);
  expect(stood.most, deltas.text).toBeLessThanOrEqual(most);
  expect(stood.fewest, deltas.text).toBeGreaterThanOrEqual(fewest);
}

/** How late a round's snapshot is, in milliseconds. */
type Lateness = (round: number) => number;

/** Carries the schedule out: over the longest duration to settle, and once more to look on. */
function simulate(deltas: Deltas, late: Lateness): { fewest: number; most: number } {
  const start = Date.UTC(2026, 0, 1);
  const longest = deltas.durations.at(-1) as Deltas["interval"];
  const settled = addDuration(addDuration(start, longest), deltas.interval, 2);
  const end = addDuration(settled, longest);
  const times = new Float64Array(10_000);
  let standing = 0;
  let fewest = Number.POSITIVE_INFINITY;
  let most = 0;
  let time = start;
  for (let round = 0; time < end; round++) {
    times[standing] = time;
    const before = standing + 1;
    standing = 0;
    for (const position of keptPositions(deltas, times.subarray(0, before)))
      times[standing++] = times[position] as number;
    if (time > settled) {
      most = Math.max(most, before);
      fewest = Math.min(fewest, standing);
    }
    time = addDuration(time, deltas.interval) + Math.floor(late(round));
  }
  return { fewest, most };
}

/** From 0 to 1, the same each time: a linear congruential generator. */
function repeatableRandom(seed: number): () => number {
  let state = seed % 2_147_483_648;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
