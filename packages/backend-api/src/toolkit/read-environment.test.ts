import { describe, expect, it } from "vitest";
import { readFlag, readList, readText, readUrl, requireText } from "./read-environment.ts";

describe("a text", () => {
  it.each([
    ["token\n", "token"],
    ["  ", undefined],
    ["", undefined],
  ])("of %j is %j", (value, text) => expect(readText({ V: value }, "V")).toBe(text));

  it("that is required says what it is for", () => {
    expect(requireText({ V: "a" }, "V", "the folder")).toBe("a");
    expect(() => requireText({}, "V", "the folder")).toThrow("V is missing: set it to the folder");
  });
});

it("a list has its parts, and none that is empty", () => {
  expect(readList({ V: " a, b ,,c," }, "V")).toEqual(["a", "b", "c"]);
  expect(readList({}, "V")).toEqual([]);
});

it("a flag is true or false, in any spelling", () => {
  expect([readFlag({ V: "TRUE" }, "V"), readFlag({ V: "false\n" }, "V"), readFlag({}, "V")]).toEqual([
    true,
    false,
    undefined,
  ]);
  expect(() => readFlag({ V: "yes" }, "V")).toThrow("V must be true or false");
});

describe("a URL", () => {
  it("has no slash at its end", () => {
    expect(readUrl({ V: "https://api.example/v2/" }, "V")).toBe("https://api.example/v2");
    expect(readUrl({}, "V")).toBeUndefined();
  });

  it.each([
    ["ftp://api.example", "V must be a URL that begins with http:// or https://"],
    ["api.example", "V must be a URL that begins with http:// or https://"],
    ["https://me:hunter2@api.example", "V must not hold a user name or password"],
    ["https://api.example/?key=hunter2", "V must not hold a query or a fragment"],
    ["https://api.example/#hunter2", "V must not hold a query or a fragment"],
  ])("%s is refused, and not repeated", (value, message) => {
    expect(() => readUrl({ V: value }, "V")).toThrow(new Error(message));
  });
});
