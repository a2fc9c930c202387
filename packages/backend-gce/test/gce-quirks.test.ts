import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { HOLD_LABEL, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import { type GceEmulator, startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { createBackend } from "../src/index.ts";

const disk = { project: "emulated-project", zone: "europe-west1-b", name: "data" };
const spec = { name: "data", zone: disk.zone };
const request = {
  name: "data-1",
  description: "Data",
  labels: { "created-by": "k8s-snapshots" },
  idempotencyKey: "key",
};

let cloud: GceEmulator;
let backend: SnapshotBackend;

beforeEach(async () => {
  cloud = await startGceEmulator();
  cloud.store.createDisk(disk);
  const environment = { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url, GCLOUD_PROJECT: disk.project };
  backend = await createBackend({ environment });
});

afterEach(async () => {
  await backend.close?.();
  await cloud.close();
});

test("a disk that was made again under its name is not taken for the first one", async () => {
  const first = await backend.diskForSpec(spec);
  cloud.store.deleteDisk(disk);
  cloud.store.createDisk(disk);
  await expect(backend.createSnapshot({ ...request, disk: first })).rejects.toMatchObject({ code: "not-found" });
  expect(await backend.diskForSpec(spec)).not.toEqual(first);
});

test("an operation that failed is not believed for ever", async () => {
  const target = await backend.diskForSpec(spec);
  cloud.faults.failOperation({ method: "snapshots.insert" }, { code: "INTERNAL_ERROR" }, 2);
  await expect(backend.createSnapshot({ ...request, disk: target })).rejects.toMatchObject({ code: "unavailable" });
  await backend.createSnapshot({ ...request, disk: target });
  expect(cloud.store.snapshots(disk.project)).toHaveLength(1);
});

test("gce-2: every snapshot is made as the settings say", async () => {
  const kmsKeyName = "projects/p/locations/eu/keyRings/r/cryptoKeys/k";
  const environment = {
    GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url,
    GCLOUD_PROJECT: disk.project,
    GCLOUD_SNAPSHOT_STORAGE_LOCATION: "europe-west1",
    GCLOUD_SNAPSHOT_TYPE: "ARCHIVE",
    GCLOUD_SNAPSHOT_GUEST_FLUSH: "true",
    GCLOUD_SNAPSHOT_KMS_KEY: kmsKeyName,
  };
  const choosy = await createBackend({ environment });
  await choosy.createSnapshot({ ...request, disk: await choosy.diskForSpec(spec) });
  expect(cloud.store.snapshots(disk.project)).toMatchObject([
    {
      storageLocations: ["europe-west1"],
      snapshotType: "ARCHIVE",
      guestFlush: true,
      snapshotEncryptionKey: { kmsKeyName },
    },
  ]);
});

test("gce-2: a snapshot is made as its rule's parameters say, instead of the settings", async () => {
  const environment = {
    GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url,
    GCLOUD_PROJECT: disk.project,
    GCLOUD_SNAPSHOT_STORAGE_LOCATION: "europe-west1",
    GCLOUD_SNAPSHOT_TYPE: "ARCHIVE",
  };
  const choosy = await createBackend({ environment });
  const target = await choosy.diskForSpec(spec);
  await choosy.createSnapshot({ ...request, disk: target, parameters: { storageLocation: "eu" } });
  expect(cloud.store.snapshots(disk.project)).toMatchObject([{ storageLocations: ["eu"], snapshotType: "ARCHIVE" }]);
  const odd = choosy.createSnapshot({ ...request, disk: target, parameters: { snapshotType: "archive" } });
  await expect(odd).rejects.toMatchObject({
    code: "invalid",
    message: "parameter snapshotType must be STANDARD or ARCHIVE",
  });
});

test("gce-6: a disk whose own rate is exceeded is paused alone, for as long as Google counts", async () => {
  const target = await backend.diskForSpec(spec);
  const create = (key: string) => backend.createSnapshot({ ...request, name: key, idempotencyKey: key, disk: target });
  for (const key of ["a", "b", "c", "d", "e", "f"]) await create(key);
  await expect(create("g")).rejects.toMatchObject({ code: "throttled", scope: "disk", retryAfterMs: 600_000 });
});

test("unknown-1: a snapshot that cannot be understood is unknown, and holds up no other", async () => {
  const sound = { name: "sound", creationTimestamp: "2026-11-24T00:00:00Z", sourceDiskId: "1", status: "READY" };
  const snapshot = { ...sound, sourceDisk: "projects/p/zones/z/disks/d", labels: request.labels };
  const items = [
    snapshot,
    { ...snapshot, status: "FROZEN" },
    { ...snapshot, sourceDisk: "instant" },
    { ...snapshot, creationTimestamp: 7, labels: { ...request.labels, odd: null } },
    { ...snapshot, status: { code: "READY" }, storageBytes: "much" },
  ];
  const server = await startLoopbackServer((_, response) =>
    response.end(JSON.stringify({ kind: "compute#snapshotList", items })),
  );
  const environment = { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: server.url, GCLOUD_PROJECT: disk.project };
  const surprised = await createBackend({ environment });
  const listed = await Array.fromAsync(surprised.listSnapshots({ location: disk.project, labels: request.labels }));
  expect(listed).toMatchObject([
    { state: "ready" },
    { state: "unknown", diskId: "zones/z/disks/d/1", createdAt: new Date("2026-11-24T00:00:00Z") },
    { state: "unknown", diskId: "" },
    { state: "unknown", labels: request.labels },
    { state: "unknown", diskId: "zones/z/disks/d/1" },
  ]);
});

test("labels that somebody else changes meanwhile are not overwritten", async () => {
  const snapshot = await backend.createSnapshot({ ...request, disk: await backend.diskForSpec(spec) });
  cloud.faults.answer({ method: "snapshots.setLabels" }, { code: 412 });
  await expect(backend.setSnapshotLabels?.(snapshot, { [HOLD_LABEL]: "true" })).rejects.toMatchObject({
    code: "unavailable",
    scope: "snapshot",
    outcome: "not-done",
  });
});

test("a list goes on after empty pages", async () => {
  const target = await backend.diskForSpec(spec);
  const { id } = await backend.createSnapshot({ ...request, disk: target });
  cloud.faults.emptyPage({ method: "snapshots.list" });
  const listed = await Array.fromAsync(backend.listSnapshots({ location: disk.project, labels: request.labels }));
  expect(listed.map((snapshot) => snapshot.id)).toEqual([id]);
});

test("an answer that is no list is an error, and not a list of no snapshots", async () => {
  const stranger = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end("{}");
  });
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const { port } = stranger.address() as AddressInfo;
  const environment = { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}`, GCLOUD_PROJECT: disk.project };
  const misled = await createBackend({ environment });
  const listing = Array.fromAsync(misled.listSnapshots({ location: disk.project, labels: request.labels }));
  await expect(listing).rejects.toMatchObject({ code: "unexpected" });
  await misled.close?.();
  stranger.closeAllConnections();
  stranger.close();
});

test.each([
  ["a file that is not there", "/nowhere/credentials.json"],
  ["contents that are no credentials", '{"type": "service_account"}'],
])("%s is an error of credentials, and does not end the process", async (_, value) => {
  const environment = {
    GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url,
    GCLOUD_PROJECT: disk.project,
    GCLOUD_CREDENTIALS_FILE: value,
  };
  const stranger = await createBackend({ environment });
  const listing = Array.fromAsync(stranger.listSnapshots({ location: disk.project, labels: request.labels }));
  await expect(listing).rejects.toMatchObject({ code: "unauthenticated" });
  await stranger.close?.();
});
