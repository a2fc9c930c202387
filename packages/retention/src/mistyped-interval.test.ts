import { expect, it } from "vitest";
import { mistypedInterval } from "./index.ts";

it.each([
  [
    "P1D PT1M",
    "P1D PT1M is read as one snapshot each PT1M, 1440 times as often as the P1D written first: write the interval first, or P1M for a month",
  ],
  [
    "P1D\n P7D  PT6M",
    "P1D P7D PT6M is read as one snapshot each PT6M, 240 times as often as the P1D written first: write the interval first, or P6M for 6 months",
  ],
  [
    "P30D PT1H P1D",
    "P30D PT1H P1D is read as one snapshot each PT1H, 720 times as often as the P30D written first: write the interval first",
  ],
  [
    "P1Y P1D",
    "P1Y P1D is read as one snapshot each P1D, 365 times as often as the P1Y written first: write the interval first",
  ],
])("finds %j", (text, sentence) => {
  expect(mistypedInterval(text)).toBe(sentence);
});

it.each([
  "P1D P7D",
  "PT5M PT60M PT24H P7D P52W",
  "PT1H P30D P360D",
  "P7D P7D",
  "P7D P1D",
  "P10D P1D",
  "PT1H P30D P1D",
  "P1D",
  "",
  "P1D,P7D",
  "P1D 1m",
])("has nothing to say of %j", (text) => {
  expect(mistypedInterval(text)).toBeUndefined();
});

it("does not repeat a long text whole", () => {
  expect(mistypedInterval(`${"P1D ".repeat(200)}PT1M`)?.length).toBeLessThan(250);
});
