import { type BackendErrorCode, type Disk, HOLD_LABEL } from "@k8s-snapshots/backend-api";
import { type ConformanceWorld, describeBackendConformance } from "@k8s-snapshots/backend-api/conformance";
import {
  type DigitalOceanEmulator,
  EMULATOR_TOKEN,
  type FaultAnswer,
  startDigitalOceanEmulator,
} from "@k8s-snapshots/emulator-digitalocean";
import { describe, it } from "vitest";
import { toLabels, toTags } from "../src/digitalocean-tags.ts";
import { createBackend } from "../src/index.ts";
import { manifest } from "../src/manifest.ts";

const nobody = "00000000-0000-0000-0000-000000000000";
const driver = "dobs.csi.digitalocean.com";
const pageSize = 3;

const refusals: Partial<Record<BackendErrorCode, FaultAnswer>> = {
  throttled: { status: 429, headers: { "retry-after": "3" } },
  "limit-reached": { status: 403, message: "volume snapshot limit exceeded" },
  unavailable: { status: 503 },
  forbidden: { status: 403, message: "You are not authorized to perform this operation." },
  unauthenticated: { status: 401 },
  invalid: { status: 422 },
};

interface World extends ConformanceWorld {
  readonly cloud: DigitalOceanEmulator;
  advance(milliseconds: number): void;
}

let disks = 0;

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
      maxSnapshotsPerDisk: 25,
      callsPerSecond: { create: 0.35, delete: 0.35, list: 0.5 },
    },
    async open() {
      let time = Date.now();
      const cloud = await startDigitalOceanEmulator({ pageSize, now: () => time });
      const backend = await createBackend({
        environment: { DIGITALOCEAN_ACCESS_TOKEN: EMULATOR_TOKEN, DIGITALOCEAN_API_URL: cloud.url },
      });
      const advance = (milliseconds: number): void => {
        time += milliseconds;
      };
      return { backend, cloud, advance, close: () => cloud.close() };
    },
    settle: async ({ advance }) => advance(5000),
    async createDisk({ cloud }): Promise<Disk> {
      disks += 1;
      return { location: "account", id: cloud.storage.createVolume({ name: `disk-${disks}`, region: "fra1" }).id };
    },
    volumeFor: (_, { id }) => ({ metadata: { name: "data" }, spec: { csi: { driver, volumeHandle: id } } }),
    specFor: ({ cloud }, { id }) => {
      const { name, region } = cloud.storage.volume(id);
      return { volumeName: name, region };
    },
    optionalSpecFields: ["region"],
    foreignVolumes: [{ metadata: { name: "nfs" }, spec: { csi: { driver: "nfs.csi.k8s.io", volumeHandle: nobody } } }],
    brokenVolumes: [
      {
        volume: { metadata: { name: "data" }, spec: { csi: { driver, volumeHandle: "data" } } },
        mentions: "volumeHandle",
      },
    ],
    unknownLocation: "nyc3",
    missingDisk: () => ({ location: "account", id: nobody }),
    missingSnapshot: () => ({ location: "account", id: nobody }),
    pageSize,
    async failSecondPage({ cloud }) {
      cloud.faults.delay({ operation: "snapshots_list" }, 0);
      cloud.faults.answer({ operation: "snapshots_list" }, { status: 500 });
    },
    async watch({ cloud }, work) {
      const seen: { id: string; labels: Readonly<Record<string, string>> }[] = [];
      const stop = cloud.storage.watch(({ id, tags }) => void seen.push({ id, labels: toLabels(tags) }));
      await work();
      stop();
      return seen;
    },
    async garble({ cloud }, { id }) {
      const withoutDate = (snapshot: { id: string; created_at: string }): object =>
        snapshot.id === id ? { ...snapshot, created_at: "" } : snapshot;
      const list = (page: Readonly<Record<string, unknown>>) => ({
        ...page,
        snapshots: (page["snapshots"] as { id: string; created_at: string }[]).map(withoutDate),
      });
      const one = ({ snapshot }: Readonly<Record<string, unknown>>) => ({
        snapshot: withoutDate(snapshot as { id: string; created_at: string }),
      });
      cloud.faults.changePage({ operation: "snapshots_list" }, list, Number.POSITIVE_INFINITY);
      cloud.faults.changePage({ operation: "volumeSnapshots_get_byId" }, one, Number.POSITIVE_INFINITY);
    },
    sendsDates: true,
    hold: async ({ cloud }, { id }) => cloud.storage.tag(id, toTags({ [HOLD_LABEL]: "true" })[0] as string),
    refusals: Object.keys(refusals) as BackendErrorCode[],
    refuseNext: async ({ cloud }, code) => void cloud.faults.answer({}, refusals[code] as FaultAnswer),
    loseNextAnswer: async ({ cloud }) => void cloud.faults.loseAnswer({ operation: "volumeSnapshots_create" }),
    hangNext: async ({ cloud }) => cloud.faults.hang({}),
    async deny({ cloud }) {
      cloud.scopes.deny("block_storage_snapshot:create");
      return "block_storage_snapshot:create";
    },
    async write({ cloud }, { id }, content) {
      cloud.storage.volume(id).content = content;
    },
    read: async ({ cloud }, { id }) => cloud.storage.volume(id).content,
    secrets: [EMULATOR_TOKEN],
  },
);
