import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { readNotices } from "../../../tools/notices/notices.ts";
import type { ComputeApi, ComputeCallOptions } from "../src/compute-api.ts";
import { createComputeApi } from "../src/compute-client.ts";
import { parseGceConfig } from "../src/gce-config.ts";
import { type Description, sampleOf } from "./message-sample.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const outDir = `build/bundle-test-${process.pid}`;
const options: ComputeCallOptions = { signal: undefined, onDate: undefined };
const project = "a-project";
const snapshot = "data-1";
const inZone = { project, kind: "zones", place: "europe-west1-b" } as const;
const inRegion = { project, kind: "regions", place: "europe-west1" } as const;
const requestId = "11111111-2222-4333-8444-555555555555";
const list = { project, maxResults: 500, pageToken: "next" } as const;
const snapshotResource = {
  name: snapshot,
  description: "Data",
  sourceDisk: "projects/a-project/zones/europe-west1-b/disks/data",
  labels: { a: "b" },
  storageLocations: ["eu"],
  snapshotType: "ARCHIVE",
  guestFlush: true,
  snapshotEncryptionKey: { kmsKeyName: "projects/a-project/locations/eu/keyRings/a/cryptoKeys/b" },
} as const;
const diskResource = {
  name: "restored",
  sourceSnapshot: "projects/a-project/global/snapshots/data-1",
  labels: { a: "b" },
  type: "projects/a-project/zones/europe-west1-b/diskTypes/pd-ssd",
  sizeGb: "20",
  replicaZones: ["projects/a-project/zones/europe-west1-b", "projects/a-project/zones/europe-west1-c"],
};

/** Each method of the API, with every field that it takes, and what Google calls its answer. */
const calls: Readonly<Record<string, { readonly answer: string; send(api: ComputeApi): Promise<unknown> }>> = {
  insertSnapshot: {
    answer: "Operation",
    send: (api) =>
      api.insertSnapshot(
        { project, requestId, snapshotResource: { ...snapshotResource, storageLocations: ["eu"] } },
        options,
      ),
  },
  getSnapshot: { answer: "Snapshot", send: (api) => api.getSnapshot({ project, snapshot }, options) },
  listSnapshots: {
    answer: "SnapshotList",
    send: (api) => api.listSnapshots({ ...list, filter: '(labels.a="b")' }, options),
  },
  deleteSnapshot: { answer: "Operation", send: (api) => api.deleteSnapshot({ project, snapshot }, options) },
  setSnapshotLabels: {
    answer: "Operation",
    send: (api) => api.setSnapshotLabels({ project, snapshot, labels: { a: "b" }, labelFingerprint: "abc=" }, options),
  },
  listOperations: {
    answer: "OperationList",
    send: (api) => api.listOperations({ ...list, orderBy: "creationTimestamp desc" }, options),
  },
  getDisk: { answer: "Disk", send: (api) => api.getDisk({ ...inZone, disk: "data" }, options) },
  "getDisk of a region": { answer: "Disk", send: (api) => api.getDisk({ ...inRegion, disk: "data" }, options) },
  deleteDisk: { answer: "Operation", send: (api) => api.deleteDisk({ ...inZone, disk: "data" }, options) },
  "deleteDisk of a region": {
    answer: "Operation",
    send: (api) => api.deleteDisk({ ...inRegion, disk: "data" }, options),
  },
  insertDisk: { answer: "Operation", send: (api) => api.insertDisk({ ...inZone, requestId, diskResource }, options) },
  "insertDisk of a region": {
    answer: "Operation",
    send: (api) => api.insertDisk({ ...inRegion, requestId, diskResource }, options),
  },
};

let bundled: typeof createComputeApi;
let description: Description;
let file: string;

beforeAll(async () => {
  const build = spawn("tsup", ["--out-dir", outDir, "--silent", "--no-sourcemap"], {
    cwd: root,
    env: { ...process.env, PATH: `${root}/../../node_modules/.bin:${process.env["PATH"]}` },
    stdio: "inherit",
  });
  expect((await once(build, "close"))[0]).toBe(0);
  const [name = ""] = (await readdir(`${root}/${outDir}`)).filter((each) => each.startsWith("compute-client-"));
  file = `${root}/${outDir}/${name}`;
  bundled = (await import(/* @vite-ignore */ pathToFileURL(file).href)).createComputeApi;
  const protos = createRequire(import.meta.url).resolve("@google-cloud/compute/build/protos/protos.json");
  description = JSON.parse(await readFile(protos, "utf8"));
});

afterAll(() => rm(`${root}/${outDir}`, { recursive: true, force: true }));

test("every method of the API is tried", async () => {
  const api = await open(createComputeApi, "http://127.0.0.1:1");
  // These two are google-auth-library's alone.
  const methods = Object.keys(api).filter((method) => !["ensureToken", "identity"].includes(method));
  expect(new Set(Object.keys(calls).map((call) => call.split(" ")[0]))).toEqual(new Set(methods));
});

test.each(Object.entries(calls))(
  "%s sends and reads in the bundle what it does in the SDK as it is",
  async (_, call) => {
    const sample = sampleOf(description, call.answer);
    const answer = {
      ...sample,
      kind: `compute#${call.answer.replace(/^./, (first) => first.toLowerCase())}`,
      warning: {},
    };
    const server = await startLoopbackServer((__, response) => response.end(JSON.stringify(answer)));
    const asIs = await call.send(await open(createComputeApi, server.url));
    const pruned = await call.send(await open(bundled, server.url));
    expect(pruned).toEqual(asIs);
    expect(JSON.stringify(pruned).length).toBeGreaterThan(200);
    const [first, second] = server.requests.map(({ method, path, body }) => ({ method, path, body }));
    expect(second).toEqual(first);
  },
);

test("the bundle says whose code is in it, and is small", async () => {
  const licenses = readNotices(await readFile(`${root}/${outDir}/third-party-licenses.txt`, "utf8"));
  expect(licenses.map(({ name, license }) => [name, license])).toEqual([["@google-cloud/compute", "Apache-2.0"]]);
  expect(licenses[0]?.text).toContain("Apache License");
  expect((await stat(file)).size).toBeLessThan(350_000);
});

async function open(create: typeof createComputeApi, url: string): Promise<ComputeApi> {
  return create(parseGceConfig({ GOOGLE_COMPUTE_CUSTOM_ENDPOINT: url }));
}
