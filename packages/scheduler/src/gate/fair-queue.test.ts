import fc from "fast-check";
import { expect, it } from "vitest";
import { FairQueue } from "./fair-queue.ts";

function drain<T>(queue: FairQueue<T>): T[] {
  const items: T[] = [];
  for (let item = queue.shift(0); item !== undefined; item = queue.shift(0)) items.push(item);
  return items;
}

it("gives up all that waits at once", () => {
  const queue = new FairQueue<string>();
  for (const disk of ["1", "1", "2"]) queue.push({ namespace: "a", disk }, disk);
  expect(queue.drain()).toEqual(["1", "1", "2"]);
  expect([queue.size, queue.shift(0)]).toEqual([0, undefined]);
});

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

it("rule 14: within a namespace the latest first, counted in its own intervals", () => {
  const queue = new FairQueue<string>();
  const push = (namespace: string, disk: string, at: number, interval: number): void =>
    queue.push({ namespace, disk, due: { at, interval } }, disk);
  push("a", "an hour late, daily", 0, 24 * 60);
  push("a", "a minute late, hourly", 59, 60);
  push("a", "an hour late, hourly", 0, 60);
  push("a", "an hour late, each ten minutes", 0, 10);
  push("b", "not late", 60, 60);
  const order = Array.from({ length: 5 }, () => queue.shift(60));
  expect(order).toEqual([
    "an hour late, each ten minutes",
    "not late",
    "an hour late, hourly",
    "an hour late, daily",
    "a minute late, hourly",
  ]);
});

it("how late they are is asked when their turn comes", () => {
  const queue = new FairQueue<string>();
  queue.push({ namespace: "a", disk: "1", due: { at: 0, interval: 100 } }, "slow");
  queue.push({ namespace: "a", disk: "2", due: { at: 10, interval: 10 } }, "fast");
  expect(queue.shift(10)).toBe("slow");
  queue.push({ namespace: "a", disk: "1", due: { at: 0, interval: 100 } }, "slow");
  expect(queue.shift(20)).toBe("fast");
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
