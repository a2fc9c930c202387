import type { PersistentVolumeView } from "@k8s-snapshots/backend-api";
import { expect, test } from "vitest";
import { diskOfSpec, diskOfVolume } from "./gce-disk.ts";

const inTree = (zone: string): PersistentVolumeView => ({
  metadata: { name: "data", labels: { "topology.kubernetes.io/zone": zone } },
  spec: { gcePersistentDisk: { pdName: "disk" } },
});
const csi = (volumeHandle: string, driver = "pd.csi.storage.gke.io"): PersistentVolumeView => ({
  ...inTree("europe-west1-b"),
  spec: { csi: { driver, volumeHandle } },
});
const zonal = { disk: "disk", kind: "zones", place: "europe-west1-b" };

test.each([
  ["a zone's label", inTree("europe-west1-b"), { ...zonal, project: undefined }],
  [
    "two zones",
    inTree("europe-west1-b__europe-west1-c"),
    { ...zonal, project: undefined, kind: "regions", place: "europe-west1" },
  ],
  ["gce-4: an AI zone", inTree("us-central1-ai1a"), { ...zonal, project: undefined, place: "us-central1-ai1a" }],
  [
    "gce-4: an AI zone and another one",
    inTree("us-central1-ai1a__us-central1-b"),
    { ...zonal, project: undefined, kind: "regions", place: "us-central1" },
  ],
  ["CSI", csi("projects/p/zones/europe-west1-b/disks/disk"), { ...zonal, project: "p" }],
  [
    "old CSI",
    csi("projects/p/regions/r1/disks/disk", "gce-pd.csi.storage.gke.io"),
    { ...zonal, project: "p", kind: "regions", place: "r1" },
  ],
  ["a migrated volume", csi("projects/UNSPECIFIED/zones/UNSPECIFIED/disks/disk"), { ...zonal, project: undefined }],
])("%s", (_, volume, expected) => {
  expect(diskOfVolume(volume)).toEqual(expected);
});

test.each(["nowhere", "europe-west1-b__us-central1-a"])("zone %s is refused", (zone) => {
  expect(() => diskOfVolume(inTree(zone))).toThrow(/volume data names the zones/);
});

test.each(["topology.kubernetes.io/zone", "topology.gke.io/zone", "failure-domain.beta.kubernetes.io/zone"])(
  "without labels the node affinity tells: %s",
  (key) => {
    const matchExpressions = [{ key, operator: "In", values: ["europe-west1-c", "europe-west1-d"] }];
    const volume: PersistentVolumeView = {
      metadata: { name: "data" },
      spec: {
        gcePersistentDisk: { pdName: "disk" },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } },
      },
    };
    expect(diskOfVolume(volume)).toEqual({ disk: "disk", kind: "regions", place: "europe-west1", project: undefined });
  },
);

test("a volume that says no zone is refused: a guess would list the wrong place", () => {
  const volume = { metadata: { name: "data" }, spec: { gcePersistentDisk: { pdName: "disk" } } };
  expect(() => diskOfVolume(volume)).toThrow(/volume data says no zone: set the label/);
});

test.each(["disk", "projects/p/disks/disk", "projects/p/zones/z/disks/Not_A_Name"])(
  "the handle %s is refused",
  (handle) => {
    expect(() => diskOfVolume(csi(handle))).toThrow(/volume data: spec\.csi\.volumeHandle must/);
  },
);

test("gce-7: a multi-zone handle is refused by name, and not looked up for ever", () => {
  const refused = expect.objectContaining({
    code: "invalid",
    message: expect.stringMatching(/^volume data: .*multi-zone.* Google takes no snapshots/),
  });
  expect(() => diskOfVolume(csi("projects/p/zones/multi-zone/disks/disk"))).toThrow(refused);
});

test.each([
  [{ zone: "europe-west1-b" }, /spec\.disk\.name/],
  [{ name: "disk" }, /exactly one of spec.disk.zone and spec.disk.region is needed/],
  [
    { name: "disk", zone: "europe-west1-b", region: "europe-west1" },
    /exactly one of spec.disk.zone and spec.disk.region is needed/,
  ],
  [{ name: "disk", zone: "Europe" }, /spec\.disk\.zone must be a place/],
  [{ name: "disk", zone: "europe-west1-b", volumeId: "1" }, /spec\.disk\.volumeId is not a field/],
])("the rule's disk %j is refused", (spec, message) => {
  expect(() => diskOfSpec(spec)).toThrow(message);
});
