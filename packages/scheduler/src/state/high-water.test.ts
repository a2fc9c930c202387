import fc from "fast-check";
import { expect, it } from "vitest";
import { mostStood, noteStood, type Stood } from "./high-water.ts";

it("rule 4: knows the most that stood within the window, as if it remembered all", () => {
  const steps = fc.array(fc.record({ after: fc.integer({ min: 1, max: 40 }), count: fc.nat(9) }), { maxLength: 40 });
  fc.assert(
    fc.property(steps, (all) => {
      const window = 60;
      let stood: readonly Stood[] = [];
      const history: Stood[] = [];
      let now = 0;
      let current = 0;
      for (const { after, count } of all) {
        now += after;
        // What stood until now is noted where it falls.
        if (count < current) {
          stood = noteStood(stood, current, now, window);
          history.push({ count: current, until: now });
        }
        current = count;
        const expected = Math.max(
          current,
          ...history.filter(({ until }) => until > now - window).map((one) => one.count),
        );
        expect(mostStood(stood, current, now, window)).toBe(expected);
        expect(stood.length).toBeLessThanOrEqual(10);
      }
    }),
  );
});

it("the window's very end is outside", () => {
  const stood = noteStood([], 9, 0, 60);
  expect(mostStood(stood, 1, 59, 60)).toBe(9);
  expect(mostStood(stood, 1, 60, 60)).toBe(1);
  expect(noteStood(stood, 3, 60, 60)).toEqual([{ count: 3, until: 60 }]);
});

it("remembers of what stood only what may still be the most later", () => {
  const before = [5, 4, 3].map((count, index) => ({ count, until: index }));
  expect(noteStood(before, 4, 10, 60)).toEqual([
    { count: 5, until: 0 },
    { count: 4, until: 10 },
  ]);
});
