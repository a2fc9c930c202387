import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GceEmulator, startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { type KubernetesEmulator, startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { writeKubeconfig } from "./harness/kubeconfig.ts";
import { runGcloudCompute } from "./harness/run-gcloud.ts";
import { Daemon } from "./harness/start-daemon.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { gcloud } = inject("programs");
const project = "emulated-project";
const zone = "europe-west1-b";

describe.skipIf(gcloud === undefined)("the daemon on volumes of Google Cloud", () => {
  let folder: string;
  let kubernetes: KubernetesEmulator;
  let google: GceEmulator;
  let daemon: Daemon;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "daemon-google-"));
    kubernetes = await startKubernetesEmulator();
    google = await startGceEmulator();
    google.store.createDisk({ project, zone, name: "in-csi" });
    google.store.createDisk({ project, zone, name: "in-tree" });
    addVolume("missing", { csi: { driver: "pd.csi.storage.gke.io", volumeHandle: pathOf("missing") } });
    addVolume("in-csi", { csi: { driver: "pd.csi.storage.gke.io", volumeHandle: pathOf("in-csi") } });
    addVolume("in-tree", { gcePersistentDisk: { pdName: "in-tree" } });
    const kubeconfig = join(folder, "kubeconfig.json");
    await writeKubeconfig(kubeconfig, { server: kubernetes.url, user: "nobody" });
    daemon = new Daemon({
      KUBE_CONFIG_FILE: kubeconfig,
      GOOGLE_COMPUTE_CUSTOM_ENDPOINT: google.url,
      GCLOUD_PROJECT: project,
      CLOUD_PROVIDER: "google",
    });
  });

  afterAll(async () => {
    await daemon?.stop("SIGKILL");
    await kubernetes?.close();
    await removeFolder(folder);
    await google?.close();
  });

  test.each(["in-csi", "in-tree"])("the disk %s gets a snapshot, which gcloud finds by its label", async (name) => {
    const made = async (): Promise<unknown[]> => {
      const snapshots = await snapshotsOfOurs();
      return snapshots
        .filter(({ sourceDisk }) => String(sourceDisk).endsWith(pathOf(name)))
        .map((snapshot) => snapshot["name"]);
    };
    await waitUntil(
      async () => (await made()).length > 0,
      () => `no snapshot of ${name}:\n${daemon.lastWords}`,
    );
    expect(await made()).toEqual([expect.stringMatching(`^pv-${name}-\\d{6}-\\d{6}-[0-9a-f]+$`)]);
  });

  test("a disk that is not there is reported, and keeps nobody else waiting", async () => {
    const reported = async (): Promise<boolean> => daemon.says("volume.not-found", "PersistentVolume/missing");
    await waitUntil(reported, () => `the missing disk was not reported:\n${daemon.lastWords}`);
  });

  test("SIGTERM ends it with 0", async () => {
    expect(await daemon.stop("SIGTERM")).toBe(0);
  });

  test("without usable credentials that is said once, and a volume of another storage system is served", async () => {
    const data = join(folder, "data");
    const snapshots = join(folder, "snapshots");
    await mkdir(data);
    await mkdir(snapshots);
    addVolume("local", { hostPath: { path: data } });
    daemon = new Daemon({
      KUBE_CONFIG_FILE: join(folder, "kubeconfig.json"),
      GOOGLE_COMPUTE_CUSTOM_ENDPOINT: google.url,
      GCLOUD_PROJECT: project,
      GCLOUD_CREDENTIALS_FILE: "/nowhere/key.json",
      LOCAL_SNAPSHOT_DIRECTORY: snapshots,
      BACKENDS: "google,local",
    });
    const served = async (): Promise<boolean> => daemon.says("snapshot.accepted", "pv-local");
    await waitUntil(served, () => `the local volume got no snapshot:\n${daemon.lastWords}`);
    // One more round of the rules, in which the three volumes on Google are looked up again.
    addVolume("another", { csi: { driver: "pd.csi.storage.gke.io", volumeHandle: pathOf("another") } });
    addVolume("local-2", { hostPath: { path: snapshots.replace("snapshots", "data-2") } });
    const seen = async (): Promise<boolean> => daemon.says("rule.added", "PersistentVolume/local-2");
    await waitUntil(seen, () => `the second local volume was not seen:\n${daemon.lastWords}`);
    const errors = daemon.log.filter(({ level, backend }) => level === "error" && backend === "google");
    expect(errors).toEqual([
      expect.objectContaining({ event: "backend.unavailable", code: "unauthenticated", rules: 3 }),
    ]);
    expect(errors[0]?.msg).toContain("set GCLOUD_CREDENTIALS_FILE");
    expect(await daemon.stop("SIGTERM")).toBe(0);
  });

  function addVolume(name: string, source: object): void {
    kubernetes.store.create("persistentvolumes", {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: {
        name,
        labels: { "topology.kubernetes.io/zone": zone },
        annotations: { "backup.kubernetes.io/deltas": "PT1H P1D P7D" },
      },
      spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], ...source },
    });
  }

  function pathOf(disk: string): string {
    return `projects/${project}/zones/${zone}/disks/${disk}`;
  }

  /** What gcloud says. */
  function snapshotsOfOurs(): Promise<Record<string, unknown>[]> {
    const cloud = { program: gcloud as string, url: google.url, project, folder };
    return runGcloudCompute(cloud, "snapshots", "list", "--filter", "labels.created-by=k8s-snapshots");
  }
});
