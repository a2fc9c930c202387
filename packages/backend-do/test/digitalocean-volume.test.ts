import type { SnapshotBackend } from "@k8s-snapshots/backend-api";
import { type DigitalOceanEmulator, EMULATOR_TOKEN } from "@k8s-snapshots/emulator-digitalocean";
import { beforeEach, describe, expect, test } from "vitest";
import { type Account, location, openAccount } from "./account.ts";

let cloud: DigitalOceanEmulator;
let backend: SnapshotBackend;
let volume: string;
let request: Account["request"];
let list: Account["list"];

beforeEach(async () => {
  ({ cloud, backend, volume, request, list } = await openAccount());
});

describe("a rule's disk", () => {
  test("is found by its name, and by its region where two regions have a volume of that name", async () => {
    expect(await backend.diskForSpec({ volumeName: "data" })).toEqual({ location, id: volume });
    const other = cloud.storage.createVolume({ name: "data", region: "nyc3" }).id;
    await expect(backend.diskForSpec({ volumeName: "data" })).rejects.toMatchObject({
      code: "invalid",
      message: "spec.disk.volumeName names a volume in each of fra1 and nyc3: add region, or use volumeId",
    });
    expect(await backend.diskForSpec({ volumeName: "data", region: "nyc3" })).toEqual({ location, id: other });
  });

  test("is the volume of that very name, whatever else the answer holds", async () => {
    const other = cloud.storage.createVolume({ name: "data-2", region: "nyc3" }).id;
    const all = await volumesPage();
    cloud.faults.changePage({ operation: "volumes_list" }, () => all);
    expect(await backend.diskForSpec({ volumeName: "data-2" })).toEqual({ location, id: other });
  });

  test("is the same one after it was renamed, and its snapshots go on", async () => {
    const first = await backend.createSnapshot(request());
    const page = JSON.stringify(await volumesPage()).replace('"data"', '"accounts"');
    cloud.faults.changePage({ operation: "volumes_list" }, () => JSON.parse(page) as object);
    const disk = await backend.diskForSpec({ volumeName: "accounts" });
    expect(disk).toEqual({ location, id: volume });
    await backend.createSnapshot(request({ disk, idempotencyKey: "second" }));
    expect((await list()).map(({ diskId }) => diskId)).toEqual([volume, volume]);
    expect(first.diskId).toBe(volume);
  });

  test("is another one where a volume of its name was made elsewhere: its old snapshots stay the old one's", async () => {
    const { id } = await backend.createSnapshot(request());
    cloud.storage.deleteVolume(volume);
    const moved = cloud.storage.createVolume({ name: "data", region: "nyc3" }).id;
    expect(await backend.diskForSpec({ volumeName: "data" })).toEqual({ location, id: moved });
    expect((await list()).map((snapshot) => [snapshot.id, snapshot.diskId])).toEqual([[id, volume]]);
    await expect(backend.createSnapshot(request({ idempotencyKey: "later" }))).rejects.toMatchObject({
      code: "not-found",
      scope: "disk",
    });
  });

  test.each(["dobs.csi.digitalocean.com", "com.digitalocean.csi.dobs"])(
    "is a claim's of the driver %s",
    async (driver) => {
      const volumeHandle = volume.toUpperCase();
      const view = { metadata: { name: "pv" }, spec: { csi: { driver, volumeHandle } } };
      expect(await backend.diskForVolume(view)).toEqual({ location, id: volume });
    },
  );

  test("is taken by its id without a question", async () => {
    expect(await backend.diskForSpec({ volumeId: volume.toUpperCase() })).toEqual({ location, id: volume });
    expect(cloud.requests.list()).toEqual([]);
  });

  test.each([
    [{ volumeName: "gone" }, "not-found", "gone"],
    [{ volumeName: "data", region: "nyc3" }, "not-found", "nyc3"],
    [{}, "invalid", "volumeName"],
    [{ volumeName: "data", region: "Frankfurt" }, "invalid", "region"],
    [{ volumeId: "data" }, "invalid", "volumeId"],
    [{ volumeId: "fbe805e8-866b-11e6-96bf-000f53315a41", region: "fra1" }, "invalid", "volumeId"],
    [{ volumeName: "data", zone: "a" }, "invalid", "zone"],
  ])("%j is %s, and the message names what is wrong", async (spec, code, names) => {
    const error = { code, message: expect.stringContaining(names) };
    await expect(backend.diskForSpec(spec)).rejects.toMatchObject(error);
  });
});

describe("a restore", () => {
  test("is as large as the snapshot, or larger, in its region", async () => {
    const { id } = await backend.createSnapshot(request());
    const { diskId, persistentVolumeSpec } = await restore(id, { sizeGigabytes: "20" });
    expect(cloud.storage.volume(diskId)).toMatchObject({ name: "restored", region: "fra1", sizeGigabytes: 20 });
    expect(persistentVolumeSpec).toMatchObject({
      csi: { driver: "dobs.csi.digitalocean.com", volumeHandle: diskId },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "region", values: ["fra1"] }] }] } },
    });
  });

  test.each([0, -1, "10", undefined])("does not believe a snapshot whose smallest volume has %j GiB", async (size) => {
    const { id } = await backend.createSnapshot(request());
    cloud.faults.changePage({ operation: "volumeSnapshots_get_byId" }, ({ snapshot }) => ({
      snapshot: { ...(snapshot as object), min_disk_size: size },
    }));
    const error = { code: "unexpected", message: expect.stringContaining("min_disk_size") };
    await expect(restore(id)).rejects.toMatchObject(error);
  });

  test("does not take another volume of that name for its own", async () => {
    const { id } = await backend.createSnapshot(request());
    cloud.storage.createVolume({ name: "restored", region: "fra1" });
    await expect(restore(id)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("another volume"),
    });
  });

  test.each([
    [{ region: "nyc3" }, "region"],
    [{ sizeGigabytes: "ten" }, "sizeGigabytes"],
    [{ zone: "a" }, "zone"],
  ])("refuses %j, naming the parameter", async (parameters, names) => {
    const { id } = await backend.createSnapshot(request());
    const error = { code: "invalid", message: expect.stringContaining(`parameter ${names} `) };
    await expect(restore(id, parameters as Record<string, string>)).rejects.toMatchObject(error);
  });
});

/** All volumes, as if nothing had been asked for. */
async function volumesPage(): Promise<object> {
  const headers = { authorization: `Bearer ${EMULATOR_TOKEN}` };
  return (await fetch(`${cloud.url}/v2/volumes`, { headers })).json() as Promise<object>;
}

async function restore(
  id: string,
  parameters: Readonly<Record<string, string>> = {},
): ReturnType<NonNullable<SnapshotBackend["restoreSnapshot"]>> {
  if (!backend.restoreSnapshot) throw new Error("there is no restoreSnapshot");
  return backend.restoreSnapshot({
    snapshot: { id, location },
    name: "restored",
    labels: {},
    idempotencyKey: "restored",
    parameters,
  });
}
