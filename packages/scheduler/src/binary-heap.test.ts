import fc from "fast-check";
import { expect, it } from "vitest";
import { BinaryHeap } from "./binary-heap.ts";

it("yields what was pushed in order, whenever it is asked", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { freq: 2 }), { maxLength: 200 }), (steps) => {
      const heap = new BinaryHeap<number>((a, b) => a < b);
      const model: number[] = [];
      for (const step of steps) {
        if (step === null) expect(heap.pop()).toBe(model.shift());
        else {
          heap.push(step);
          model.push(step);
          model.sort((a, b) => a - b);
        }
        expect(heap.first).toBe(model[0]);
        expect(heap.size).toBe(model.length);
      }
    }),
  );
});

it("is empty once it was cleared", () => {
  const heap = new BinaryHeap<string>((a, b) => a < b);
  for (const letter of "heap") heap.push(letter);
  heap.clear();
  expect([heap.size, heap.first, heap.pop()]).toEqual([0, undefined, undefined]);
});
