import { expect, it } from "vitest";
import { BackendError } from "./backend-error.ts";
import { printable } from "./printable.ts";

it.each([
  ["\u001b[2J\u0007", "\\u001b[2J\\u0007"],
  ["\u009b31m", "\\u009b31m"],
  ["a\u202eb\u2066c", "a\\u202eb\\u2066c"],
  ["two\nlines\u2028", "two\\u000alines\\u2028"],
  ["Größe 日本 ✓", "Größe 日本 ✓"],
])("esc-1: %j is shown as %s", (text, shown) => {
  expect(printable(text)).toBe(shown);
});

it("cuts what is too long", () => {
  expect(printable("a".repeat(30), 10)).toBe(`${"a".repeat(10)}…`);
});

it("esc-1: a storage system's words are escaped in its error, once", () => {
  const first = new BackendError("unexpected", "no \u001b[31mdisk");
  expect(first.message).toBe("no \\u001b[31mdisk");
  expect(new BackendError("unexpected", first.message).message).toBe(first.message);
});
