import { expect, it } from "vitest";
import { eventNames } from "./event-names.ts";

it("no two events have one name", () => {
  const names = Object.values(eventNames);
  expect(new Set(names).size).toBe(names.length);
});
