import { expect, it } from "vitest";
import { nextListAt } from "./list-pace.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function lookAfter(listedAt: number, since: number, interval = 24 * HOUR, shortestInterval = MINUTE): number {
  return nextListAt({ startedAt: listedAt, endedAt: listedAt, shortestInterval }, [{ since, interval }]);
}

it("looks first ten seconds after the beginning, or a tenth of the interval", () => {
  expect(lookAfter(0, MINUTE)).toBe(MINUTE + 10_000);
  expect(lookAfter(0, MINUTE, 50_000, 1_000)).toBe(MINUTE + 5_000);
});

it("then whenever the age has doubled, at least every ten minutes", () => {
  expect(lookAfter(20_000, 0)).toBe(40_000);
  expect(lookAfter(40_000, 0)).toBe(80_000);
  expect(lookAfter(3 * HOUR, 0)).toBe(3 * HOUR + 10 * MINUTE);
});

it("at least once in a quarter of the interval", () => {
  expect(lookAfter(HOUR, 0, 8 * MINUTE)).toBe(HOUR + 2 * MINUTE);
});

it("no more than 20 times in the shortest interval", () => {
  expect(lookAfter(20_000, 0, HOUR, HOUR)).toBe(20_000 + 3 * MINUTE);
});

it("no more than a tenth of the time", () => {
  const last = { startedAt: 0, endedAt: MINUTE, shortestInterval: MINUTE };
  expect(nextListAt(last, [{ since: 0, interval: HOUR }])).toBe(11 * MINUTE);
});

it("once an hour where nothing is waited for", () => {
  expect(nextListAt({ startedAt: 0, endedAt: 5, shortestInterval: HOUR }, [])).toBe(5 + HOUR);
});
