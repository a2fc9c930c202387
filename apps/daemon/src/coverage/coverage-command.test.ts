import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBackend } from "@k8s-snapshots/backend-local";
import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { SNAPSHOT_RULE_API_VERSION } from "@k8s-snapshots/k8s-source";
import type { CoverageDocument } from "@k8s-snapshots/status-page/api";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import { type CapturedCommand, captureCommand } from "../../test/captured-command.ts";
import { startDemoCluster, writeKubeconfig } from "../demo/demo-cluster.ts";

let folder: string;
let cluster: KubernetesEmulator;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "coverage-"));
  const snapshots = join(folder, "snapshots");
  await mkdir(snapshots);
  await mkdir(join(folder, "data"));
  cluster = await startDemoCluster([
    { name: "data", path: join(folder, "data"), deltas: "PT1H P1D", by: "annotation" },
    { name: "mistyped", path: join(folder, "mistyped"), deltas: "hourly", by: "annotation" },
  ]);
  cluster.store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "ci" } });
  cluster.store.create("persistentvolumeclaims", {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "scratch", namespace: "ci", annotations: { "backup.kubernetes.io/exclude": "=cache" } },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  });
  environment = {
    KUBE_CONFIG_FILE: await writeKubeconfig(folder, cluster),
    LOCAL_SNAPSHOT_DIRECTORY: snapshots,
    LOCAL_ROOTS: folder,
    CLUSTER_ID: "home",
  };
});

afterEach(async () => {
  await cluster.close();
  await removeFolder(folder);
});

it("says of each volume whether it is protected, and does nothing", async () => {
  const { code, output } = await coverage();
  expect(output).toMatch(/^default\/mistyped +✗ unprotected {2}none +annotation \S+\n(?: +\S.*\n)*?.*hourly/m);
  expect(output).toMatch(/^default\/data +✗ unprotected {2}none +no snapshot of( |$)/m);
  expect(output).toMatch(/^ci\/scratch +− excluded {5}none +=cache$/m);
  expect(output).toContain("2 volumes: 0 protected, 0 late, 2 unprotected; 1 excluded");
  expect(output).toMatch(/Cluster home, .*; exit code 1, because not all is protected\n$/);
  expect(code).toBe(1);
  const verbs = new Set(cluster.requests.list().map(({ verb }) => verb));
  expect([...verbs].sort()).toEqual(["watch"]);
});

it("knows the rule that names a volume's disk by itself", async () => {
  await takeSnapshot();
  const annotations = { "backup.kubernetes.io/deltas": null as unknown as string };
  cluster.store.patch("persistentvolumeclaims", { name: "data" }, { metadata: { annotations } });
  expect(await lineOfData()).toMatchObject({ protection: "unprotected", reason: "NoRule" });
  cluster.store.create("snapshotrules.k8s-snapshots.elsdoerfer.com", {
    apiVersion: SNAPSHOT_RULE_API_VERSION,
    kind: "SnapshotRule",
    metadata: { name: "disk", namespace: "kube-system" },
    spec: { deltas: "PT1H P1D", backend: "local", disk: { path: join(folder, "data") } },
  });
  expect(await lineOfData()).toMatchObject({ protection: "protected", rule: { id: "SnapshotRule/kube-system/disk" } });
});

it("exits with 0 where all of a namespace is protected or excluded", async () => {
  const { code, output } = await coverage("--namespace", "ci");
  expect(output).toContain("0 volumes: 0 protected, 0 late, 0 unprotected; 1 excluded");
  expect(code).toBe(0);
});

it("says it as JSON", async () => {
  await takeSnapshot();
  const { output, code } = await coverage("--output", "json");
  const { sum, volumes } = JSON.parse(output);
  expect(sum).toEqual({ volumes: 3, protected: 1, late: 0, unprotected: 1, excluded: 1 });
  expect(volumes.map(({ object }: { object: string }) => object)).toEqual([
    "PersistentVolumeClaim/default/mistyped",
    "PersistentVolumeClaim/default/data",
    "PersistentVolumeClaim/ci/scratch",
  ]);
  expect(volumes[1]).toMatchObject({
    namespace: "default",
    name: "data",
    volume: "pv-data",
    protection: "protected",
    rule: { deltas: "PT1H P1D", intervalSeconds: 3_600, backend: "local", disk: join(folder, "data") },
    newest: expect.stringMatching(/Z$/),
    held: 1,
  });
  expect(code).toBe(1);
});

it("says it as CSV, and nothing in it is a formula", async () => {
  const { output } = await coverage("--output", "csv");
  const lines = output.split("\r\n");
  expect(lines[0]).toBe("namespace,name,volume,protection,reason,deltas,newest,held,worst_gap_seconds,message");
  expect(lines).toContain("ci,scratch,,excluded,Excluded,,,,,'=cache");
  expect(lines).toHaveLength(5);
});

async function lineOfData(): Promise<object | undefined> {
  const { output } = await coverage("--output", "json");
  const { volumes } = JSON.parse(output) as CoverageDocument;
  return volumes.find(({ object }) => object === "PersistentVolumeClaim/default/data");
}

/** As the daemon would. */
async function takeSnapshot(): Promise<void> {
  const backend = await createBackend({ environment });
  const disk = await backend.diskForSpec({ path: join(folder, "data") });
  const labels = { "created-by": "k8s-snapshots" };
  await backend.createSnapshot({ disk, name: "pvc-data-1", description: "", labels, idempotencyKey: "1" });
  await vi.waitFor(async () => {
    for await (const { state } of backend.listSnapshots({ location: disk.location, labels })) {
      expect(state).toBe("ready");
    }
  }, 60_000);
  await backend.close?.();
}

function coverage(...flags: string[]): Promise<CapturedCommand> {
  return captureCommand(["coverage", ...flags], environment);
}
