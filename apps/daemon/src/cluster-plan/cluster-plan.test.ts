import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBackend } from "@k8s-snapshots/backend-local";
import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import { type CapturedCommand, captureCommand } from "../../test/captured-command.ts";
import { startDemoCluster, writeKubeconfig } from "../demo/demo-cluster.ts";

let folder: string;
let snapshots: string;
let cluster: KubernetesEmulator;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cluster-plan-"));
  snapshots = join(folder, "snapshots");
  await mkdir(snapshots);
  const volume = { path: join(folder, "data"), deltas: "PT1H P1D", by: "annotation" } as const;
  await mkdir(volume.path);
  cluster = await startDemoCluster([
    { ...volume, name: "data" },
    { ...volume, name: "mistyped", path: join(folder, "mistyped"), deltas: "hourly" },
  ]);
  environment = {
    KUBE_CONFIG_FILE: await writeKubeconfig(folder, cluster),
    LOCAL_SNAPSHOT_DIRECTORY: snapshots,
    LOCAL_ROOTS: folder,
  };
});

afterEach(async () => {
  await cluster.close();
  await removeFolder(folder);
});

it("says what would be taken, and what is wrong, and does nothing", async () => {
  const { code, output } = await plan();
  expect(output).toMatch(
    /^PersistentVolumeClaim\/default\/data \(PT1H P1D\): local local \S+\n {2}take {4}pvc-data-\S+ \(the first one\)$/m,
  );
  expect(output).toMatch(/^PersistentVolumeClaim\/default\/mistyped\n {2}none {4}InvalidDeltas: .*hourly/m);
  expect(output).toContain("Nothing was done. A daemon that starts now would take 1 and delete 0 on one disk.");
  expect(code).toBe(0);

  expect(await readdir(snapshots)).toEqual([]);
  const verbs = new Set(cluster.requests.list().map(({ verb }) => verb));
  expect([...verbs].sort()).toEqual(["get", "watch"]);
});

it("says what is kept, and when the next is due", async () => {
  await takeSnapshot();
  const { output } = await plan();
  expect(output).toMatch(/^ {2}keep {4}\S+ of \S+Z: .*newest/m);
  expect(output).toMatch(/^ {2}next {4}20\S+Z$/m);
  expect(output).toContain("would take 0 and delete 0");
});

it("says it as JSON", async () => {
  await takeSnapshot();
  const { output } = await plan("--output", "json");
  const {
    now,
    cluster: id,
    disks,
    problems,
    errors,
  } = JSON.parse(output) as {
    now: unknown;
    cluster: string;
    disks: { rule: string }[];
    problems: unknown;
    errors: unknown;
  };
  expect(disks.find(({ rule }) => rule.endsWith("/data"))).toEqual({
    rule: "PersistentVolumeClaim/default/data",
    deltas: "PT1H P1D",
    backend: "local",
    location: "local",
    disk: expect.any(String) as string,
    create: null,
    delete: [],
    keep: [
      {
        id: expect.any(String) as string,
        createdAt: expect.any(String) as string,
        reasons: expect.any(Array) as string[],
      },
    ],
    wait: [],
    deferrals: expect.any(Array) as unknown[],
    nextAt: expect.stringMatching(/Z$/) as string,
  });
  expect(problems).toMatchObject([{ rule: "PersistentVolumeClaim/default/mistyped", reason: "InvalidDeltas" }]);
  expect(errors).toEqual([]);
  expect(id).toBe(cluster.store.get("namespaces", { name: "kube-system" })?.metadata.uid);
  expect(now).toEqual(expect.stringMatching(/^20\S+Z$/));
});

it("exits with 1 if a storage system could not be asked, and says why", async () => {
  environment = { KUBE_CONFIG_FILE: environment["KUBE_CONFIG_FILE"] as string };
  const { code, output } = await plan();
  expect(output).toMatch(/BackendUnavailable: backend local cannot be used: LOCAL_SNAPSHOT_DIRECTORY is missing/);
  expect(code).toBe(1);
});

it("exits with 1 if snapshots could not be listed, and says that nothing is done there", async () => {
  await rm(snapshots, { recursive: true });
  const { code, output } = await plan();
  expect(output).toMatch(/^local local\n {2}error {3}it could not be listed, so that nothing is done there: /m);
  expect(code).toBe(1);
});

it("exits with 1 if the cluster cannot be read, and says what failed", async () => {
  for (const verb of ["list", "watch"]) cluster.rules.deny(verb, "persistentvolumes");
  const { code, output, errors } = await plan();
  expect(errors).toMatch(/^k8s-snapshots: cannot list persistentvolumes: .*forbidden/);
  expect([output, code]).toEqual(["", 1]);
});

it("asks again where the API server is busy, as it is with objects whose definition has just come", async () => {
  const busy = { code: 429, message: "storage is (re)initializing" };
  for (const verb of ["list", "watch"] as const)
    cluster.faults.answer({ verb, resource: "persistentvolumes" }, busy, 2);
  const { output, errors } = await plan();
  expect(errors).not.toContain("initializing");
  expect(output).toContain("PersistentVolumeClaim/default/data");
});

it("takes deltas or a cluster, and one of the two", async () => {
  expect((await plan("PT1H P1D")).errors).toContain("plan takes deltas or --cluster, not both");
  expect((await plan("--now", "2026-01-01T00:00:00Z")).errors).toContain(
    "'--cluster' cannot be used with option '--now",
  );
  expect((await plan("--snapshots", "-")).code).toBe(2);
  const { code, errors } = await runPlan();
  expect(errors).toContain("plan needs deltas");
  expect(code).toBe(2);
});

/** As the daemon would. */
async function takeSnapshot(): Promise<void> {
  const backend = await createBackend({ environment });
  const volume = cluster.store.get("persistentvolumes", { name: "pv-data" });
  const signal = new AbortController().signal;
  const disk = await backend.diskForVolume(volume as unknown as Parameters<typeof backend.diskForVolume>[0], {
    signal,
  });
  if (disk === undefined) throw new Error("pv-data is no volume of the local backend");
  const labels = { "created-by": "k8s-snapshots" };
  await backend.createSnapshot({ disk, name: "pvc-data-1", description: "", labels, idempotencyKey: "1" }, { signal });
  await vi.waitFor(async () => {
    for await (const { state } of backend.listSnapshots({ location: disk.location, labels }, { signal })) {
      expect(state).toBe("ready");
    }
    expect(await readdir(snapshots)).not.toEqual([]);
  }, 60_000);
  await backend.close?.();
}

function plan(...args: string[]): Promise<CapturedCommand> {
  return runPlan("--cluster", ...args);
}

function runPlan(...args: string[]): Promise<CapturedCommand> {
  return captureCommand(["plan", ...args], environment);
}
