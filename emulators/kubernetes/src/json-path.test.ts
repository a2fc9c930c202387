import { expect, test } from "vitest";
import { parseJsonPath } from "./json-path.ts";

const object = {
  metadata: { annotations: { "example.org/a.b": "dotted" } },
  spec: { size: 3, list: ["x", "y", "z"], items: [{ name: "one" }, { name: "two" }] },
  status: {
    conditions: [
      { type: "Synced", status: "False" },
      { type: "Ready", status: "True" },
    ],
  },
};

test.each([
  [".spec.size", [3]],
  [".spec.absent", []],
  [".spec.size.deeper", []],
  [".spec.list[1]", ["y"]],
  [".spec.list[-1]", ["z"]],
  [".spec.list[7]", []],
  [".spec.items[*].name", ["one", "two"]],
  [".metadata.annotations.example\\.org/a\\.b", ["dotted"]],
  [".metadata.annotations['example.org/a.b']", ["dotted"]],
  ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
  [".status.conditions[?(@.type=='Synced')].status", ["False"]],
  ['.status.conditions[?(@.type == "Absent")].status', []],
])("%s", (path, selected) => {
  expect(parseJsonPath(path)?.(object)).toEqual(selected);
});

test("what is no path is none", () => {
  expect(parseJsonPath("spec..size[")).toBeUndefined();
});
