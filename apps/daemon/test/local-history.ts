import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Labels } from "@k8s-snapshots/backend-api";
import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { labelsOfRequest } from "@k8s-snapshots/scheduler/testing";

/** Snapshots that the daemon took of a local directory. */
export interface LocalHistory {
  /** `LOCAL_SNAPSHOT_DIRECTORY` */
  readonly folder: string;

  /** The directory. */
  readonly path: string;

  /** Whose daemon it was. */
  readonly cluster: KubernetesEmulator;

  /** The deltas at that time. */
  readonly schedule: string;
  readonly dates: readonly Date[];

  /** As the Python daemon marked them: with the author's label, and nothing else. Default: as this one does. */
  readonly isFormer?: true;

  /** Beside the daemon's own. Default: none. */
  readonly labels?: Labels;
}

const AUTHOR = { "created-by": "k8s-snapshots" };

/**
 * Puts them into the folder, as the local backend lays them out.
 *
 * @returns their ids, in the order of the dates
 */
export async function writeLocalHistory(history: LocalHistory): Promise<readonly string[]> {
  const { folder, path, cluster, schedule, dates, labels = {}, isFormer } = history;
  const uid = cluster.store.get("namespaces", { name: "kube-system" })?.metadata.uid as string;
  const disk = { location: "local", id: path };
  return Promise.all(
    dates.map(async (createdAt, index) => {
      const time = createdAt.getTime();
      const id = `${basename(path)}-${index}.${time.toString(16).slice(-12).padStart(12, "0")}`;
      await mkdir(join(folder, "snapshots", id, "data"), { recursive: true });
      const request = { schedule, cluster: uid, held: dates.length - 1, key: id };
      const record = {
        version: 1,
        diskId: path,
        createdAt,
        name: id,
        description: "",
        labels: { ...(isFormer ? AUTHOR : labelsOfRequest(disk, time, request)), ...labels },
        sizeBytes: 0,
      };
      await writeFile(join(folder, "snapshots", id, "snapshot.json"), JSON.stringify(record));
      return id;
    }),
  );
}
