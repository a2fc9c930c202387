import type { PersistentVolumeView } from "@k8s-snapshots/backend-api";
import { expect, test } from "vitest";
import { diskOfVolume } from "./gce-disk.ts";

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
