import type { BackendErrorCode, Disk } from "@k8s-snapshots/backend-api";
import { type ConformanceWorld, describeBackendConformance } from "@k8s-snapshots/backend-api/conformance";
import { type FaultAnswer, type GceEmulator, startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { describe, it } from "vitest";
import { fromGoogleLabels } from "../src/gce-labels.ts";
import { createBackend } from "../src/index.ts";
import { manifest } from "../src/manifest.ts";

const project = "my-project";
const zone = "europe-west1-b";
const pageSize = 3;
const any = { project };

const refusals: Partial<Record<BackendErrorCode, FaultAnswer>> = {
  throttled: { code: 403, reason: "rateLimitExceeded" },
  "limit-reached": { code: 403, reason: "quotaExceeded" },
  unavailable: { code: 503 },
  forbidden: { code: 403, reason: "forbidden" },
  unauthenticated: { code: 401 },
};

interface World extends ConformanceWorld {
  readonly cloud: GceEmulator;
  advance(milliseconds: number): void;
}

let disks = 0;
const nameOf = ({ id }: Disk): string => id.split("/")[3] as string;
const referenceOf = (disk: Disk) => ({ project: disk.location, zone, name: nameOf(disk) });

describeBackendConformance<World>(
  { describe, it },
  {
    manifest,
    capabilities: {
      restore: true,
      removeRestored: true,
      read: true,
      setLabels: true,
      volumeFacts: true,
      listLagMs: 5000,
      minIntervalMs: 600_000,
      callsPerSecond: { create: 5, delete: 5, list: 5 },
    },
    async open() {
      let time = Date.now();
      const durations = { pending: 0, operation: 0 };
      const cloud = await startGceEmulator({ projects: [project, "other"], pageSize, now: () => time, durations });
      const backend = await createBackend({
        environment: { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url, GCLOUD_PROJECT: project },
      });
      const advance = (milliseconds: number): void => {
        time += milliseconds;
      };
      return { backend, cloud, advance, close: () => cloud.close() };
    },
    settle: async ({ advance }) => advance(5000),
    createDisk: async ({ cloud }) => createDisk(cloud, project),
    createDiskElsewhere: async ({ cloud }) => createDisk(cloud, "other"),
    volumeFor: (_, disk) => ({
      metadata: { name: "data" },
      spec: {
        csi: {
          driver: "pd.csi.storage.gke.io",
          volumeHandle: `projects/${project}/zones/${zone}/disks/${nameOf(disk)}`,
        },
      },
    }),
    specFor: (_, disk) => ({ name: nameOf(disk), zone }),
    foreignVolumes: [
      {
        metadata: { name: "filestore" },
        spec: { csi: { driver: "filestore.csi.storage.gke.io", volumeHandle: "a/b/c" } },
      },
    ],
    brokenVolumes: [
      { volume: { metadata: { name: "in-tree" }, spec: { gcePersistentDisk: { pdName: "data" } } }, mentions: "zone" },
    ],
    unknownLocation: "no-such-project",
    missingDisk: () => ({ location: project, id: `zones/${zone}/disks/none/1` }),
    missingSnapshot: () => ({ location: project, id: "none" }),
    pageSize,
    async failSecondPage({ cloud }) {
      cloud.faults.delay({ method: "snapshots.list" }, 0);
      cloud.faults.answer({ method: "snapshots.list" }, { code: 500 });
    },
    takesTokens: true,
    async watch({ cloud }, work) {
      const seen: { id: string; labels: Readonly<Record<string, string>> }[] = [];
      const stop = cloud.store.watch(
        ({ name, labels }) => void seen.push({ id: name, labels: fromGoogleLabels(labels) }),
      );
      await work();
      stop();
      return seen;
    },
    keepPending: async ({ cloud }) => cloud.store.keepPending(),
    finish: async ({ cloud }, { id }, state) => cloud.store.finish(project, id, state === "ready" ? "READY" : "FAILED"),
    use: async ({ cloud }, { id }) => cloud.store.use(project, id, "an image"),
    garble: async ({ cloud }, { id }) => cloud.store.undate(project, id),
    sendsDates: true,
    hold: async ({ cloud }, { id }) => cloud.store.label(project, id, { "k8s-snapshots_hold": "true" }),
    refusals: Object.keys(refusals) as BackendErrorCode[],
    refuseNext: async ({ cloud }, code) => void cloud.faults.answer(any, refusals[code] as FaultAnswer),
    loseNextAnswer: async ({ cloud }) => void cloud.faults.loseAnswer({ method: "snapshots.insert" }),
    hangNext: async ({ cloud }) => cloud.faults.hang(any),
    async deny({ cloud }) {
      cloud.rules.deny("compute.disks.createSnapshot");
      return "compute.disks.createSnapshot";
    },
    async write({ cloud }, disk, content) {
      cloud.store.disk(referenceOf(disk)).content = content;
    },
    read: async ({ cloud }, disk) => cloud.store.disk(referenceOf(disk)).content,
    restoreParameters: () => ({ zone }),
  },
);

async function createDisk(cloud: GceEmulator, owner: string): Promise<Disk> {
  disks += 1;
  const { id, name } = cloud.store.createDisk({ project: owner, zone, name: `disk-${disks}` });
  return { location: owner, id: `zones/${zone}/disks/${name}/${id}` };
}
