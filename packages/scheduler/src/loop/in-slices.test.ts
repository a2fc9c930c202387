import { expect, it } from "vitest";
import { inSlices } from "./in-slices.ts";
import { LONGEST_TURN } from "./turns.ts";

/** Each look at the clock costs a millisecond. */
function slowClock(): { monotonic(): number; after(ms: number, callback: () => void): () => void; turns: number } {
  let now = 0;
  const clock = {
    turns: 0,
    monotonic: () => now++,
    after: (_: number, callback: () => void) => {
      clock.turns++;
      queueMicrotask(callback);
      return () => {};
    },
  };
  return clock;
}

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
