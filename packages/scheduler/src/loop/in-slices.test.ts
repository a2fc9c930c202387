import { expect, it } from "vitest";
import { slowClock } from "../../test/support/slow-clock.ts";
import { inSlices } from "./in-slices.ts";
import { LONGEST_TURN } from "./turns.ts";

it("works through all in order, and lets others have their turn again and again", async () => {
  const clock = slowClock();
  const done: number[] = [];
  const items = Array.from({ length: 100 }, (_, index) => index);
  expect(await inSlices(items, clock, (item) => void done.push(item))).toBe(true);
  expect(done).toEqual(items);
  expect(clock.turns).toBeGreaterThanOrEqual(Math.floor(100 / (LONGEST_TURN + 2)));
});

it("stops where the rest is not wanted any more", async () => {
  const done: number[] = [];
  const items = Array.from({ length: 100 }, (_, index) => index);
  const isAll = await inSlices(
    items,
    slowClock(),
    (item) => void done.push(item),
    () => false,
  );
  expect(isAll).toBe(false);
  expect(done.length).toBeLessThan(LONGEST_TURN + 2);
});
