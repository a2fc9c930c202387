import type { Snapshot } from "@k8s-snapshots/backend-api";
import type { VolumeObject } from "@k8s-snapshots/k8s-source";
import { describe, expect, it } from "vitest";
import { bytesOf, gibibytesOf } from "./quantity.ts";
import { restoreParameters } from "./restore-parameters.ts";
import { type ShapeSources, shapeOf } from "./volume-shape.ts";

const manifest: ShapeSources["manifest"] = {
  name: "acme",
  volumes: { csiDrivers: ["csi.acme.example"] },
  restoreParameters: {
    place: { type: "string", description: "zone", from: "zones", required: true },
    gib: { type: "string", description: "size", from: "sizeGiB" },
    kind: { type: "string", description: "kind of disk" },
  },
};
const facts = {
  storageClass: "slow",
  accessModes: ["ReadWriteOnce"],
  volumeMode: "Filesystem",
  capacity: "10Gi",
  zones: ["a"],
} as const;
const snapshot: Pick<Snapshot, "id" | "volume"> = { id: "snap-1", volume: facts };
const volume = {
  metadata: { name: "pv-1", uid: "1", creationTimestamp: "" },
  spec: { storageClassName: "fast", accessModes: ["ReadWriteMany"], capacity: { storage: "20Gi" } },
} as VolumeObject;

describe("shapeOf", () => {
  it("believes a flag, else the volume in the cluster, else the snapshot", () => {
    const flags = { storageClass: "new" };
    expect(shapeOf({ flags, volume, snapshot, manifest })).toEqual({
      size: { value: "20Gi", from: "pv/pv-1" },
      storageClass: { value: "new", from: "--storage-class" },
      accessModes: { value: ["ReadWriteMany"], from: "pv/pv-1" },
      volumeMode: { value: "Filesystem", from: "pv/pv-1" },
      zones: { value: ["a"], from: "the snapshot" },
    });
  });

  it("is as large as the snapshot's volume, also where the one in the cluster is smaller", () => {
    const large = { id: "snap-1", volume: { ...facts, capacity: "1Ti" } };
    expect(shapeOf({ flags: {}, volume, snapshot: large, manifest }).size).toEqual({
      value: "1Ti",
      from: "the snapshot",
    });
    expect(() => shapeOf({ flags: { size: "999Gi" }, volume, snapshot: large, manifest })).toThrow(
      "give --size 1Ti or more",
    );
  });

  it.each([
    [undefined, undefined, "--size, --storage-class, --access-mode, --volume-mode, --fs-type, --zone"],
    [{ volumeMode: "Block" }, undefined, "--size, --storage-class, --access-mode, --zone"],
    [facts, undefined, undefined],
    [{ ...facts, zones: undefined }, undefined, "--zone"],
    [undefined, volume, "--zone"],
  ])("of a snapshot with the facts %j, and the volume %j, lacks %s", (noted, present, missing) => {
    const sources = {
      flags: {},
      volume: present,
      snapshot: { id: "snap-1", ...(noted && { volume: noted }) },
      manifest,
    };
    const shape = (): unknown => shapeOf(sources as ShapeSources);
    if (missing === undefined) expect(shape).not.toThrow();
    else expect(shape).toThrow(new RegExp(`; add ${missing}$`));
  });
});

describe("restoreParameters", () => {
  const shape = shapeOf({
    flags: { size: "10G" },
    volume: undefined,
    snapshot: { id: "s", volume: { ...facts, capacity: "1Gi" } },
    manifest,
  });

  it("are what flags name, else what is known of the volume", () => {
    expect(restoreParameters({ kind: "ssd" }, shape, manifest)).toEqual({ kind: "ssd", place: "a", gib: "10" });
    expect(restoreParameters({ place: "b", gib: "12" }, shape, manifest)).toEqual({ place: "b", gib: "12" });
  });

  it("refuses one that the backend does not have", () => {
    expect(() => restoreParameters({ colour: "red" }, shape, manifest)).toThrow("it has place, gib, kind");
  });
});

describe("a quantity", () => {
  it.each([
    ["1Gi", 2 ** 30, 1],
    ["10G", 1e10, 10],
    ["1.5Gi", 1.5 * 2 ** 30, 2],
    ["1e9", 1e9, 1],
    ["1048576Ki", 2 ** 30, 1],
    ["107374182401", 107374182401, 101],
  ])("%s is %d bytes, and takes a disk of %d GiB", (quantity, bytes, gibibytes) => {
    expect(bytesOf(quantity)).toBe(bytes);
    expect(gibibytesOf(quantity)).toBe(gibibytes);
  });

  it.each(["", "Gi", "-1Gi", "1 Gi", "1Xi"])("is not %j", (text) => {
    expect(() => bytesOf(text)).toThrow("is no quantity");
  });
});
