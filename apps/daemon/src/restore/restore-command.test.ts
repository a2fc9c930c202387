import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBackend } from "@k8s-snapshots/backend-local";
import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CapturedCommand, captureCommand } from "../../test/captured-command.ts";
import { writeLocalHistory } from "../../test/local-history.ts";
import { startDemoCluster, writeKubeconfig } from "../demo/demo-cluster.ts";

const facts = {
  persistentVolume: "pv-data",
  claim: { namespace: "default", name: "data" },
  storageClass: "",
  accessModes: ["ReadWriteOnce"],
  volumeMode: "Filesystem",
  capacity: "1Gi",
} as const;

let folder: string;
let path: string;
let cluster: KubernetesEmulator;
let environment: Record<string, string>;
let ids: readonly string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "restore-"));
  path = join(folder, "data");
  await mkdir(path);
  await writeFile(join(path, "file"), "as it is now");
  cluster = await startDemoCluster([{ name: "data", path, deltas: "PT1H P1D", by: "annotation" }]);
  environment = {
    KUBE_CONFIG_FILE: await writeKubeconfig(folder, cluster),
    LOCAL_SNAPSHOT_DIRECTORY: join(folder, "snapshots"),
    LOCAL_ROOTS: folder,
  };
  await mkdir(join(folder, "snapshots"));
  ids = await takeSnapshots(facts);
});

afterEach(async () => {
  await cluster.close();
  await rm(folder, { recursive: true });
});

describe("restore, without --apply", () => {
  it("shows what it would do, and makes nothing", async () => {
    const { code, output } = await restore("pvc/data", "--to-claim", "new");
    expect(output).toBe("");
    expect(code).toBe(0);
  });
});

/** Three of them, an hour apart; each holds its number. */
async function takeSnapshots(volume?: object): Promise<readonly string[]> {
  const dates = [3, 2, 1].map((hours) => new Date(Date.UTC(2026, 10, 27, 12 - hours)));
  const made = await writeLocalHistory({
    folder: join(folder, "snapshots"),
    path,
    cluster,
    schedule: "PT1H P1D",
    dates,
  });
  for (const [index, id] of made.entries()) {
    const place = join(folder, "snapshots", "snapshots", id);
    await writeFile(join(place, "data", "file"), `snapshot ${index}`);
    if (volume === undefined) continue;
    const file = join(place, "snapshot.json");
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), volume }));
  }
  return made;
}

function restore(...args: string[]): Promise<CapturedCommand> {
  return captureCommand(["restore", ...args], environment);
}
