import { parseDeltas } from "@k8s-snapshots/retention";
import { expect, it } from "vitest";
import { missingSlots } from "./missing-slots.ts";

const HOUR = 3_600_000;
const deltas = parseDeltas("PT1H P1D P7D");
const now = Date.UTC(2026, 10, 28);
const hourly = Array.from({ length: 25 }, (_, index) => now - (24 - index) * HOUR);
const daily = Array.from({ length: 6 }, (_, index) => now - (7 - index) * 24 * HOUR);
const whole = [...daily, ...hourly];

it("finds nothing missing where all is there", () => {
  expect(missingSlots(deltas, whole, 0)).toEqual({ gaps: [], expected: [] });
  expect(missingSlots(deltas, [], 0)).toEqual({ gaps: [], expected: [] });
});

it("finds where several that follow each other are missing", () => {
  const gap = whole.filter((time) => time < now - 9 * HOUR || time > now - 6 * HOUR);
  const { gaps, expected } = missingSlots(deltas, gap, 0);
  expect(expected).toEqual([]);
  expect(gaps).toEqual([{ from: now - 9.5 * HOUR, to: now - 5.5 * HOUR, missing: 4, step: HOUR }]);
});

it("expects what a young rule cannot have yet, and misses what it should have", () => {
  const young = hourly.filter((time) => time !== now - 5 * HOUR);
  const { gaps, expected } = missingSlots(deltas, young, now - 24 * HOUR);
  expect(gaps).toMatchObject([{ missing: 1, step: HOUR }]);
  expect(expected.length).toBeGreaterThanOrEqual(5);
  expect(Math.max(...expected)).toBeLessThan(now - 24 * HOUR);
});
