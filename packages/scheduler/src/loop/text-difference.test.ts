import fc from "fast-check";
import { expect, it } from "vitest";
import { differenceOf, withDifference } from "./text-difference.ts";

it("is what lies between a shared beginning and a shared end", () => {
  const base = "1-qgljwg-z-0-s44we8-3cf0c8a5";
  const difference = differenceOf("1-qgljwg-z-0-s44z68-3cf0c8a5", base);
  expect(difference.slice(2)).toBe("z6");
  expect(withDifference(difference, base)).toBe("1-qgljwg-z-0-s44z68-3cf0c8a5");
});

it("gives any text back, whatever it is compared with", () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom("a", "\n", "\0", "é", "\ud83d", "\ude00") }),
    fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 200 }),
  );
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(withDifference(differenceOf(one, other), other)).toBe(one);
    }),
  );
});
