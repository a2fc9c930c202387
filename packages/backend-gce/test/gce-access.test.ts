import type { AccessCheck, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { type GceEmulator, startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createBackend } from "../src/index.ts";

const project = "emulated-project";
const needed = [
  "compute.snapshots.list",
  "compute.globalOperations.list",
  "compute.snapshots.get",
  "compute.snapshots.delete",
  "compute.disks.get",
  "compute.snapshots.create",
  "compute.disks.createSnapshot",
  "compute.snapshots.setLabels",
  "compute.disks.create",
  "compute.snapshots.useReadOnly",
  "compute.disks.setLabels",
];

let cloud: GceEmulator;
let backend: SnapshotBackend;

beforeEach(async () => {
  cloud = await startGceEmulator();
  backend = await createBackend({ environment: { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url } });
});

afterEach(async () => {
  await backend.close?.();
  await cloud.close();
});

test("everything that is needed is granted, and nothing was made", async () => {
  const { checks } = await backend.checkAccess(project);
  const detail =
    "The credentials are those of nobody: the endpoint is not Google's, and requests to it are not signed.";
  const [first, ...others] = needed.map((permission) => ({ permission, status: "granted" }));
  expect(checks).toEqual([{ ...first, detail }, ...others]);
  expect(cloud.store.snapshots(project)).toEqual([]);
});

test.each(needed)("without %s it is missing, and no other is called so", async (permission) => {
  cloud.rules.deny(permission);
  const { checks } = await backend.checkAccess(project);
  expect(statuses(checks, "missing")).toEqual([permission]);
  // A refusal names one permission: of those that the same call needs, nothing is known.
  for (const { status, detail } of checks) if (status === "unknown") expect(detail).toContain(permission);
});

test("all that is missing of different calls is told at once", async () => {
  for (const permission of ["compute.snapshots.list", "compute.disks.get"]) cloud.rules.deny(permission);
  const { checks } = await backend.checkAccess(project);
  expect(statuses(checks, "missing")).toEqual(["compute.snapshots.list", "compute.disks.get"]);
});

test("a rate that is exceeded is no missing permission", async () => {
  cloud.faults.exceedRate({});
  await expect(backend.checkAccess(project)).rejects.toMatchObject({ code: "throttled" });
});

function statuses(checks: readonly AccessCheck[], status: AccessCheck["status"]): string[] {
  return checks.filter((check) => check.status === status).map(({ permission }) => permission);
}
