import { expect, test } from "vitest";
import { describeSnapshot, volumeInDescription } from "./gce-description.ts";

const facts = { capacity: "10Gi", claim: { namespace: "shop", name: "data" } };

test("a description says below its sentence what is known of the volume", () => {
  const description = describeSnapshot("Made by k8s-snapshots for PersistentVolume/pv-1", facts);
  expect(description).toBe("Made by k8s-snapshots for PersistentVolume/pv-1\nVolume: 1 size=10Gi claim=shop/data");
  expect(volumeInDescription(description)).toEqual({ volume: facts });
});

test("a sentence alone stays as it is", () => {
  expect(describeSnapshot("Nightly", undefined)).toBe("Nightly");
});

test.each([
  ["none", undefined],
  ["a number", 7],
  ["a sentence", "Volume: of sales"],
  ["facts that cannot be read", "Nightly\nVolume: 9 size=10Gi"],
])("a description holds no facts: %s", (_, description) => {
  expect(volumeInDescription(description)).toEqual({});
});
