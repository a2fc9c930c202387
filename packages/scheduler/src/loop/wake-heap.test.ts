import fc from "fast-check";
import { expect, it } from "vitest";
import { WakeHeap } from "./wake-heap.ts";

it("wakes whoever is due, once, the soonest first, at the time that was set last", () => {
  const step = fc.oneof(
    fc.record({ key: fc.constantFrom("a", "b", "c", "d", "e"), at: fc.oneof(fc.nat(50), fc.constant(Infinity)) }),
    fc.record({ deleted: fc.constantFrom("a", "b", "c") }),
    fc.record({ now: fc.nat(60) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new WakeHeap();
      const model = new Map<string, number>();
      for (const one of steps) {
        if ("key" in one) {
          heap.set(one.key, one.at);
          if (one.at === Infinity) model.delete(one.key);
          else model.set(one.key, one.at);
        } else if ("deleted" in one) {
          heap.delete(one.deleted);
          model.delete(one.deleted);
        } else {
          const due = [...model].filter(([, at]) => at <= one.now);
          const taken = heap.takeDue(one.now);
          expect(taken.toSorted()).toEqual(due.map(([key]) => key).toSorted());
          const times = taken.map((key) => model.get(key) ?? 0);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
          for (const [key] of due) model.delete(key);
        }
        expect(heap.nextAt).toBe(Math.min(Infinity, ...model.values()));
      }
    }),
  );
});

it("does not grow with times that were replaced", () => {
  const heap = new WakeHeap();
  for (let at = 100_000; at > 0; at--) heap.set("a", at);
  expect(heap.nextAt).toBe(1);
  expect(heap.takeDue(100_000)).toEqual(["a"]);
  expect(heap.takeDue(1e9)).toEqual([]);
});
