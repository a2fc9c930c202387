import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { VolumeFacts } from "@k8s-snapshots/backend-api";
import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { vi } from "vitest";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { startDemoCluster, writeKubeconfig } from "../src/demo/demo-cluster.ts";
import { type CapturedCommand, captureCommand } from "./captured-command.ts";
import { writeLocalHistory } from "./local-history.ts";

/** What the snapshots of {@link RestoreWorld} carry. */
export const facts: VolumeFacts = {
  persistentVolume: "pv-data",
  claim: { namespace: "default", name: "data" },
  storageClass: "",
  accessModes: ["ReadWriteOnce"],
  volumeMode: "Filesystem",
  capacity: "1Gi",
};

/** A cluster with the claim `data`, a directory, and three snapshots of it, each of which holds its number. */
export class RestoreWorld implements AsyncDisposable {
  readonly folder: string;
  readonly cluster: KubernetesEmulator;
  readonly environment: Record<string, string>;

  /** The oldest first; of 9, 10 and 11 o'clock on 2026-11-27. */
  readonly ids: readonly string[];

  private constructor(
    folder: string,
    cluster: KubernetesEmulator,
    environment: Record<string, string>,
    ids: readonly string[],
  ) {
    this.folder = folder;
    this.cluster = cluster;
    this.environment = environment;
    this.ids = ids;
  }

  /** @param volume - the facts that the snapshots carry. Default: {@link facts}; `null`: none, as the seed's */
  static async open(volume: VolumeFacts | null = facts): Promise<RestoreWorld> {
    const folder = await mkdtemp(join(tmpdir(), "restore-"));
    const path = join(folder, "data");
    const snapshots = join(folder, "snapshots");
    await mkdir(path);
    await mkdir(snapshots);
    await writeFile(join(path, "file"), "as it is now");
    const cluster = await startDemoCluster([{ name: "data", path, deltas: "PT1H P1D", by: "annotation" }]);
    const dates = [9, 10, 11].map((hour) => new Date(Date.UTC(2026, 10, 27, hour)));
    const ids = await writeLocalHistory({ folder: snapshots, path, cluster, schedule: "PT1H P1D", dates });
    for (const [index, id] of ids.entries()) {
      const content = `snapshot ${index}`;
      await writeFile(join(snapshots, "snapshots", id, "data", "file"), content);
      const said = { sizeBytes: content.length, ...(volume !== null && { volume }) };
      await addToRecord(join(snapshots, "snapshots", id, "snapshot.json"), said);
    }
    const environment = {
      KUBE_CONFIG_FILE: await writeKubeconfig(folder, cluster),
      LOCAL_SNAPSHOT_DIRECTORY: snapshots,
      LOCAL_ROOTS: folder,
    };
    return new RestoreWorld(folder, cluster, environment, ids);
  }

  /** Neither claim nor volume nor directory is left. */
  async loseVolume(): Promise<void> {
    this.cluster.store.delete("persistentvolumeclaims", { name: "data" });
    this.cluster.store.delete("persistentvolumes", { name: "pv-data" });
    await rm(join(this.folder, "data"), { recursive: true });
  }

  restore(...args: string[]): Promise<CapturedCommand> {
    return captureCommand(["restore", ...args], this.environment);
  }

  /** The same, while something plays the controller that binds claims. */
  async restoreAndBind(...args: string[]): Promise<CapturedCommand> {
    const running = this.restore(...args);
    const isOver = running.then(
      () => true,
      () => true,
    );
    const binding = vi.waitFor(() => this.#bindAll(), { timeout: 30_000, interval: 20 });
    await Promise.race([isOver, binding]);
    return running;
  }

  /** Lines of what a person or a program has changed in the cluster since the world was opened. */
  changes(): string[] {
    return this.cluster.requests
      .list()
      .filter(({ method, resource }) => method !== "GET" && resource !== "selfsubjectaccessreviews")
      .map(({ verb, resource, name }) => [verb, resource, name].filter(Boolean).join(" "));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster.close();
    await removeFolder(this.folder);
  }

  #bindAll(): void {
    const { store } = this.cluster;
    const waiting = store
      .list("persistentvolumeclaims")
      .filter(({ status }) => (status as { phase: string }).phase === "Pending");
    if (waiting.length === 0) throw new Error("no claim waits");
    for (const { metadata } of waiting) store.patchStatus("persistentvolumeclaims", metadata, { phase: "Bound" });
  }
}

async function addToRecord(file: string, fields: object): Promise<void> {
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), ...fields }));
}
