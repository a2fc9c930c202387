import type { RestoreRequest, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { type GceEmulator, startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createBackend } from "../src/index.ts";

const project = "emulated-project";
const zone = "europe-west1-b";
const region = "europe-west1";
const inRegion = { region, replicaZones: "europe-west1-b, europe-west1-c" };

let cloud: GceEmulator;
let backend: SnapshotBackend;
let snapshot: { id: string; location: string };

beforeEach(async () => {
  cloud = await startGceEmulator();
  cloud.store.createDisk({ project, zone, name: "data" }).content = "what was there";
  const environment = { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url, GCLOUD_PROJECT: project };
  backend = await createBackend({ environment });
  const disk = await backend.diskForSpec({ name: "data", zone });
  const labels = { "created-by": "k8s-snapshots" };
  snapshot = await backend.createSnapshot({ disk, name: "data", description: "", labels, idempotencyKey: "made" });
});

afterEach(async () => {
  await backend.close?.();
  await cloud.close();
});

test("into a zone: a volume that only nodes of the zone can mount", async () => {
  const { diskId, persistentVolumeSpec } = await restore({ zone, diskType: "pd-ssd", sizeGb: "20" });
  const disk = cloud.store.disk({ project, zone, name: "restored" });
  expect(disk).toMatchObject({ content: "what was there", sizeGb: "20" });
  expect(disk.type).toBe("pd-ssd");
  expect(diskId).toBe(`zones/${zone}/disks/restored/${disk.id}`);
  expect(persistentVolumeSpec).toEqual(specOf(`zones/${zone}`, [zone]));
});

test("into a region: a volume that nodes of both zones can mount", async () => {
  const { diskId, persistentVolumeSpec } = await restore(inRegion);
  const disk = cloud.store.disk({ project, region, name: "restored" });
  expect(disk.content).toBe("what was there");
  expect(disk.replicaZones?.map((each) => each.split("/").at(-1))).toEqual(["europe-west1-b", "europe-west1-c"]);
  expect(diskId).toBe(`regions/${region}/disks/restored/${disk.id}`);
  expect(persistentVolumeSpec).toEqual(specOf(`regions/${region}`, ["europe-west1-b", "europe-west1-c"]));
});

test("two zones are a region's", async () => {
  const { diskId } = await restore({ zone: "europe-west1-b,europe-west1-c", diskType: "pd-ssd" });
  const disk = cloud.store.disk({ project, region, name: "restored" });
  expect(diskId).toBe(`regions/${region}/disks/restored/${disk.id}`);
  expect(disk.type).toBe("pd-ssd");
});

test("says which disk is begun, and another disk that takes its name is not removed for it", async () => {
  const begun: string[] = [];
  const { diskId, location } = await restore({ zone }, ({ diskId }) => begun.push(diskId));
  expect(begun).toEqual([diskId]);
  cloud.store.deleteDisk({ project, zone, name: "restored" });
  cloud.store.createDisk({ project, zone, name: "restored" });
  await backend.removeRestored?.({ diskId, location, idempotencyKey: "restored" });
  expect(cloud.store.disk({ project, zone, name: "restored" })).toBeDefined();
});

test.each([{ zone }, inRegion])("again with the same key finds what was made: %j", async (parameters) => {
  const first = await restore(parameters);
  expect(await restore(parameters)).toEqual(first);
});

test("does not take another disk of that name for its own", async () => {
  cloud.store.createDisk({ project, region, name: "restored" });
  await expect(restore(inRegion)).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("name") });
});

test.each([
  [{}, "parameter zone"],
  [{ zone, region }, "parameter zone"],
  [{ region }, "parameter replicaZones"],
  [{ region, replicaZones: "europe-west1-b" }, "parameter replicaZones"],
  [{ zone, sizeGb: "0" }, "parameter sizeGb"],
  [{ zone, colour: "red" }, "parameter colour"],
])("refuses the parameters %j, naming the one that is wrong", async (parameters, names) => {
  const error = { code: "invalid", message: expect.stringContaining(names) };
  await expect(restore(parameters as Record<string, string>)).rejects.toMatchObject(error);
});

function restore(
  parameters: Readonly<Record<string, string>>,
  onBegun: NonNullable<RestoreRequest["onBegun"]> = () => undefined,
): ReturnType<NonNullable<typeof backend.restoreSnapshot>> {
  if (!backend.restoreSnapshot) throw new Error("there is no restoreSnapshot");
  return backend.restoreSnapshot({
    snapshot,
    name: "restored",
    labels: {},
    idempotencyKey: "restored",
    parameters,
    onBegun,
  });
}

function specOf(place: string, zones: readonly string[]): object {
  const expression = { key: "topology.gke.io/zone", operator: "In", values: zones };
  return {
    csi: { driver: "pd.csi.storage.gke.io", volumeHandle: `projects/${project}/${place}/disks/restored` },
    nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } },
  };
}
