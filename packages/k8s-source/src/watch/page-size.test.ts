import { expect, it } from "vitest";
import { PageSize } from "./page-size.ts";

it("grows while objects are small, up to 500", () => {
  const size = new PageSize();
  const limits = [size.limit];
  for (let page = 0; page < 4; page++) {
    size.answered(size.limit, size.limit * 2_000);
    limits.push(size.limit);
  }
  expect(limits).toEqual([100, 200, 400, 500, 500]);
});

it("mem-1: shrinks to what fits into four mebibytes where objects are large", () => {
  const size = new PageSize();
  size.answered(100, 100 * 250_000);
  expect(size.limit).toBe(16);
  size.answered(16, 16 * 250_000);
  expect(size.limit).toBe(16);
  size.answered(1, 90_000_000);
  expect(size.limit).toBe(1);
});

it("does not change for an answer without objects", () => {
  const size = new PageSize();
  size.answered(0, 500);
  expect(size.limit).toBe(100);
});
