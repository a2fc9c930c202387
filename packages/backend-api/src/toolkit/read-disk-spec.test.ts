import { expect, it } from "vitest";
import type { DiskSchema } from "../manifest.ts";
import { readDiskSpec } from "./read-disk-spec.ts";

const schema: DiskSchema = {
  type: "object",
  properties: {
    name: { type: "string", description: "the disk's name" },
    zone: { type: "string", description: "such as a-1" },
    region: { type: "string", description: "such as a" },
    kind: { type: "string", description: "which of the two", enum: ["slow", "fast"] },
  },
  required: ["name"],
  oneOf: [{ required: ["zone"] }, { required: ["region"] }],
};

it("has the fields that are given, without blanks around them", () => {
  expect(readDiskSpec({ name: " data ", zone: "a-1", kind: "fast" }, schema)).toEqual({
    name: "data",
    zone: "a-1",
    kind: "fast",
  });
});

it.each([
  [
    { name: "d", zone: "a-1", colour: 1 },
    "spec.disk.colour is not a field of a disk here: it has name, zone, region and kind",
  ],
  [{ zone: "a-1" }, "spec.disk.name is missing: the disk's name"],
  [{ name: "", zone: "a-1" }, 'spec.disk.name must be a text, but is "": the disk\'s name'],
  [{ name: 7, zone: "a-1" }, "spec.disk.name must be a text, but is 7: the disk's name"],
  [{ name: null, zone: "a-1" }, "spec.disk.name must be a text, but is null: the disk's name"],
  [{ name: "d", zone: "a-1", kind: "\u001b[31m" }, 'spec.disk.kind must be slow or fast, but is "\\u001b[31m"'],
  [{ name: "d" }, "exactly one of spec.disk.zone and spec.disk.region is needed"],
  [{ name: "d", zone: "a-1", region: "a" }, "exactly one of spec.disk.zone and spec.disk.region is needed"],
])("refuses %j", (spec, message) => {
  expect(() => readDiskSpec(spec, schema)).toThrow(expect.objectContaining({ code: "invalid", message }));
});

it("needs nothing where the schema needs nothing", () => {
  expect(readDiskSpec({}, { type: "object", properties: {} })).toEqual({});
});
