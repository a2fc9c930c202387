import fc from "fast-check";
import { expect, it } from "vitest";
import { FairQueue } from "./fair-queue.ts";

function drain<T>(queue: FairQueue<T>): T[] {
  const items: T[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

it("rule 14: in turn by namespace, then by disk", () => {
  const queue = new FairQueue<string>();
  for (const [namespace, disk, item] of [
    ["a", "1", "a11"],
    ["a", "1", "a12"],
    ["a", "1", "a13"],
    ["a", "2", "a21"],
    ["b", "1", "b11"],
    ["b", "1", "b12"],
  ] as const) {
    queue.push({ namespace, disk }, item);
  }
  expect(drain(queue)).toEqual(["a11", "b11", "a21", "b12", "a12", "a13"]);
});

it("gives out each item once, those of one disk in order, and no namespace twice while another one waits", () => {
  const turn = fc.record({ namespace: fc.constantFrom("a", "b", "c"), disk: fc.constantFrom("1", "2") });
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 40 }), (turns) => {
      const queue = new FairQueue<{ namespace: string; disk: string; index: number }>();
      for (const [index, one] of turns.entries()) queue.push(one, { ...one, index });
      expect(queue.size).toBe(turns.length);
      const items = drain(queue);
      expect(queue.size).toBe(0);
      expect(items.map(({ index }) => index).sort((a, b) => a - b)).toEqual(turns.map((_, index) => index));
      for (const [at, item] of items.entries()) {
        const next = items[at + 1];
        const rest = items.slice(at + 1);
        if (next?.namespace === item.namespace) {
          expect(rest.every(({ namespace }) => namespace === item.namespace)).toBe(true);
        }
        const same = rest.filter((one) => one.namespace === item.namespace && one.disk === item.disk);
        expect(same.every(({ index }) => index > item.index)).toBe(true);
      }
    }),
  );
});
