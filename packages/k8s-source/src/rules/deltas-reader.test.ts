import { expect, test } from "vitest";
import { createDeltasReader } from "./deltas-reader.ts";

const read = createDeltasReader();

test.each([
  "P1D P7D",
  "P1D P30D P360D",
  "PT1H P2D P30D P180D",
  "PT1H PT24H P30D",
  "PT12H P14D P366D",
  "PT10M PT1H",
  "P1D P3D P7D P30D",
  "PT1H P30D P360D",
  "PT5M PT60M PT24H P7D P52W",
  "PT15M PT60M PT4H PT24H P7D",
  "PT5M PT15M PT45M",
  "P0.5D P7D",
  "P7D P7D",
  "P7D P1D",
])("%j, as people write it, is taken", (text) => {
  expect(read(text)).toHaveProperty("deltas");
});

test.each(["1d 30d 360d", "1h 2d 30d 180d", "P12D", "", "P1D,P7D", "P1D PT1M", "P30D PT1H"])(
  "%j, as people mistype it, is refused",
  (text) => {
    expect(read(text)).toHaveProperty("problem");
  },
);

test("a text is read once", () => {
  expect(read("PT1H P1D")).toBe(read("PT1H P1D"));
  expect(read("P1D PT1M")).toBe(read("P1D PT1M"));
});
