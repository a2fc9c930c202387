import { expect, it } from "vitest";
import { isUnresolved } from "./unresolved-rules.ts";

const unresolved = ["pv-data", "rule-*", "*-rule-*", "pvc-a.b*"];

it.each([
  ["pv-data", true],
  ["pv-data-2", false],
  ["rule-orders", true],
  ["team-rule-orders", true],
  ["pvc-orders", false],
  ["pvc-a.bc", true],
  ["pvc-axbc", false],
  ["", false],
])("rule 8: whether %s may be there: %s", (name, answer) => {
  expect(isUnresolved(name, new Set(unresolved))).toBe(answer);
});
