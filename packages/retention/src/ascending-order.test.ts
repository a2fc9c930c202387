import fc from "fast-check";
import { expect, it } from "vitest";
import { ascendingOrder } from "./ascending-order.ts";

it("is the order of a stable sort, for few and for many, near and far apart", () => {
  const far = fc.integer({ min: -8.64e15, max: 0 });
  const near = fc.integer({ min: 0, max: 40 }).map((hours) => hours * 3_600_000);
  const sizes = fc.constantFrom({ minLength: 0, maxLength: 20 }, { minLength: 500, maxLength: 700 });
  const times = sizes.chain((size) => fc.oneof(fc.array(far, size), fc.array(near, size)));
  fc.assert(
    fc.property(times, (written) => {
      const expected = [...written.keys()].sort((a, b) => (written[a] as number) - (written[b] as number));
      expect([...ascendingOrder(Float64Array.from(written))]).toEqual(expected);
    }),
  );
});

it("reaches from the first date to the last that there is", () => {
  const times = Float64Array.from({ length: 600 }, (_, index) => (index % 2 === 0 ? 8.64e15 : -8.64e15));
  expect(ascendingOrder(times)[0]).toBe(1);
  expect(ascendingOrder(times)[599]).toBe(598);
});
