import { expect, it } from "vitest";
import { none, only } from "./none.ts";

it("a list that all of pass is shared, and so is the empty one", () => {
  const items = [1, 2, 3];
  expect(only(items, () => true)).toBe(items);
  expect(only(items, () => false)).toBe(none);
  expect(only(items, (item) => item > 1)).toEqual([2, 3]);
});
