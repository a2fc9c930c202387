import { expect, test } from "vitest";
import { ageOf, humanDuration } from "./human-duration.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [-3 * second, "<invalid>"],
  [-second, "0s"],
  [999, "0s"],
  [119 * second, "119s"],
  [2 * minute, "2m"],
  [2 * minute + 7 * second, "2m7s"],
  [10 * minute + 7 * second, "10m"],
  [3 * hour, "3h"],
  [3 * hour + 5 * minute, "3h5m"],
  [8 * hour + 5 * minute, "8h"],
  [47 * hour, "47h"],
  [2 * day + 3 * hour, "2d3h"],
  [8 * day + 3 * hour, "8d"],
  [729 * day, "729d"],
  [2 * 365 * day + 5 * day, "2y5d"],
  [8 * 365 * day + 5 * day, "8y"],
])("%d ms are shown as %s", (milliseconds, shown) => {
  expect(humanDuration(milliseconds)).toBe(shown);
});

test("what is no time has no age", () => {
  expect([ageOf(undefined, 0), ageOf("yesterday", 0), ageOf(null, 0)]).toEqual(Array(3).fill("<unknown>"));
});
