import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Labels } from "@k8s-snapshots/backend-api";
import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { startDemoCluster, writeKubeconfig } from "../src/demo/demo-cluster.ts";
import { type CapturedCommand, captureCommand } from "./captured-command.ts";
import { writeLocalHistory } from "./local-history.ts";

/**
 * A cluster that commands look at: `shop` data (annotated, `PT1H P1D P7D`, with a SnapshotRule beside it that takes
 * precedence where asked for), a claim that mistyped its deltas, one that nothing asks for and one that is excluded.
 */
export class InspectedCluster {
  readonly folder: string;
  readonly kubernetes: KubernetesEmulator;
  readonly environment: Record<string, string>;

  private constructor(folder: string, kubernetes: KubernetesEmulator, environment: Record<string, string>) {
    this.folder = folder;
    this.kubernetes = kubernetes;
    this.environment = environment;
  }

  static async start(): Promise<InspectedCluster> {
    const folder = await mkdtemp(join(tmpdir(), "inspected-"));
    await mkdir(join(folder, "snapshots"));
    await mkdir(join(folder, "data"));
    const kubernetes = await startDemoCluster([
      { name: "data", path: join(folder, "data"), deltas: "PT1H P1D P7D", by: "annotation" },
      { name: "mistyped", path: join(folder, "mistyped"), deltas: "hourly", by: "annotation" },
    ]);
    for (const [name, annotations] of [
      ["unasked", {}],
      ["scratch", { "backup.kubernetes.io/exclude": "a cache" }],
    ] as const) {
      kubernetes.store.create("persistentvolumeclaims", {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name, namespace: "default", annotations },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      });
    }
    return new InspectedCluster(folder, kubernetes, {
      KUBE_CONFIG_FILE: await writeKubeconfig(folder, kubernetes),
      LOCAL_SNAPSHOT_DIRECTORY: join(folder, "snapshots"),
      LOCAL_ROOTS: folder,
      BACKENDS: "local",
    });
  }

  /** @param ages - of the snapshots of `data`, in milliseconds; @returns their ids, in that order */
  history(ages: readonly number[], labels: Labels = {}): Promise<readonly string[]> {
    const now = Date.now();
    return writeLocalHistory({
      folder: join(this.folder, "snapshots"),
      path: join(this.folder, "data"),
      cluster: this.kubernetes,
      schedule: "PT1H P1D P7D",
      dates: ages.map((age) => new Date(now - age)),
      labels,
    });
  }

  run(...args: readonly string[]): Promise<CapturedCommand> {
    return captureCommand(args, this.environment);
  }

  async close(): Promise<void> {
    await this.kubernetes.close();
    await removeFolder(this.folder);
  }
}
