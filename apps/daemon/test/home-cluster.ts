import { mkdir, mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { pino } from "pino";
import { vi } from "vitest";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { runDaemon } from "../src/daemon/run-daemon.ts";
import { startDemoCluster, writeKubeconfig } from "../src/demo/demo-cluster.ts";
import type { DemoVolume } from "../src/demo/demo-volumes.ts";
import { parseSettings } from "../src/settings/settings.ts";

/** A daemon in this process. */
export interface RunningDaemon {
  /** What it wrote to its log. */
  readonly log: readonly Readonly<Record<string, unknown>>[];

  /** Resolves when it has ended, rejects if it could not start. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** A Kubernetes API in this process with one volume, a directory; daemons can be run on it, one after the other. */
export class HomeCluster implements AsyncDisposable {
  readonly kubernetes: KubernetesEmulator;
  readonly #folder: string;

  private constructor(kubernetes: KubernetesEmulator, folder: string) {
    this.kubernetes = kubernetes;
    this.#folder = folder;
  }

  static async start(volume: Pick<DemoVolume, "name" | "deltas" | "by">): Promise<HomeCluster> {
    const folder = await mkdtemp(join(tmpdir(), "home-cluster-"));
    const path = join(folder, volume.name);
    await mkdir(path);
    await mkdir(join(folder, "snapshots"));
    const kubernetes = await startDemoCluster([{ ...volume, path }]);
    return new HomeCluster(kubernetes, folder);
  }

  /** A claim without a volume, which nothing asks snapshots of. */
  addClaim(namespace: string, name: string): void {
    const { store } = this.kubernetes;
    if (!store.has("namespaces", { name: namespace })) {
      store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    }
    store.create("persistentvolumeclaims", {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    });
  }

  async run(changes: Readonly<Record<string, string>> = {}): Promise<RunningDaemon> {
    const log: Record<string, unknown>[] = [];
    const stop = new AbortController();
    const settings = parseSettings({
      KUBE_CONFIG_FILE: await writeKubeconfig(this.#folder, this.kubernetes),
      BACKENDS: "local",
      HTTP_LISTEN: "127.0.0.1:0",
      PAGE_LISTEN: "",
      MIN_INTERVAL: "PT0S",
      ...changes,
    });
    const environment = { LOCAL_SNAPSHOT_DIRECTORY: join(this.#folder, "snapshots") };
    const logger = pino({ level: "debug" }, { write: (line: string) => void log.push(JSON.parse(line)) });
    const running = runDaemon({ settings, environment, logger }, stop.signal);
    running.catch(() => {});
    return {
      log,
      ended: running,
      async stop() {
        stop.abort();
        await running;
      },
    };
  }

  /** The clusters that the snapshots say they are of, one for each snapshot. */
  async owners(): Promise<string[]> {
    const place = join(this.#folder, "snapshots", "snapshots");
    const ids = await readdir(place).catch(() => []);
    const records = await Promise.all(
      ids.map((id) => readFile(join(place, id, "snapshot.json"), "utf8").catch(() => "")),
    );
    return records.flatMap((record) => /"k8s-snapshots\/cluster":\s*"([^"]*)"/.exec(record)?.[1] ?? []);
  }

  /** `Warning Grace: the schedule changed: …`, of all objects. */
  events(): string[] {
    return this.kubernetes.store.list("events").map((event) => {
      const { type, reason, message } = event as unknown as Record<string, string>;
      return `${type} ${reason}: ${message}`;
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async close(): Promise<void> {
    await this.kubernetes.close();
    await removeFolder(this.#folder);
  }
}

/** Waits, for as long as a busy machine may take. */
export function eventually(look: () => unknown): Promise<unknown> {
  return vi.waitFor(look, { timeout: 90_000, interval: 50 });
}
