import { expect, test } from "vitest";
import { applyStrategicMergePatch } from "./strategic-merge-patch.ts";

test.each([
  [
    "fields are merged, null removes",
    { a: 1, b: { c: 2, d: 3 } },
    { b: { c: null, e: 4 } },
    { a: 1, b: { d: 3, e: 4 } },
  ],
  ["plain lists are replaced", { accessModes: ["a"] }, { accessModes: ["b"] }, { accessModes: ["b"] }],
  ["finalizers are merged", { finalizers: ["a"] }, { finalizers: ["b", "a"] }, { finalizers: ["a", "b"] }],
  [
    "finalizers are taken out by name",
    { finalizers: ["a", "b"] },
    { "$deleteFromPrimitiveList/finalizers": ["a"] },
    { finalizers: ["b"] },
  ],
  [
    "conditions are merged by type",
    { conditions: [{ type: "A", status: "False", reason: "R" }] },
    { conditions: [{ type: "A", status: "True" }, { type: "B" }] },
    { conditions: [{ type: "A", status: "True", reason: "R" }, { type: "B" }] },
  ],
  [
    "conditions are taken out by type",
    { conditions: [{ type: "A" }, { type: "B" }] },
    { conditions: [{ type: "A", $patch: "delete" }] },
    { conditions: [{ type: "B" }] },
  ],
  ["a part is replaced whole on request", { a: { b: 1 } }, { a: { $patch: "replace", c: 2 } }, { a: { c: 2 } }],
  [
    "the order of lists is of no consequence",
    { finalizers: ["a"] },
    { "$setElementOrder/finalizers": ["b", "a"] },
    { finalizers: ["a"] },
  ],
])("%s", (_, target, patch, expected) => {
  const before = structuredClone(target);
  expect(applyStrategicMergePatch(target, patch)).toEqual(expected);
  expect(target).toEqual(before);
});
