import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runCommandLine } from "../command-line.ts";
import { startDemoCluster, writeKubeconfig } from "../demo/demo-cluster.ts";

let folder: string;
let cluster: KubernetesEmulator;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "check-"));
  const snapshots = join(folder, "snapshots");
  await mkdir(snapshots);
  cluster = await startDemoCluster([
    { name: "data", path: join(folder, "data"), deltas: "PT1H P1D", by: "annotation" },
  ]);
  environment = {
    KUBE_CONFIG_FILE: await writeKubeconfig(folder, cluster),
    LOCAL_SNAPSHOT_DIRECTORY: snapshots,
    LOCAL_ROOTS: folder,
  };
});

afterEach(async () => {
  await cluster.close();
  await rm(folder, { recursive: true });
});

it("exits with 0 if nothing is missing", async () => {
  const { code, output } = await check();
  expect(output).toContain(`local    local     write ${folder}/snapshots  granted`);
  expect(output).toContain("Nothing is missing.");
  expect(code).toBe(0);
});

it("exits with 1 if a permission is missing, and names it", async () => {
  await rm(join(folder, "snapshots"), { recursive: true });
  const { code, output } = await check();
  expect(output).toMatch(/local +local +write \S+ +missing +The file system says/);
  expect(code).toBe(1);
});

it("says as JSON what it found", async () => {
  const { code, output } = await check("--output", "json");
  expect(JSON.parse(output)).toMatchObject({ ok: true, backends: [{ backend: "local", location: "local" }] });
  expect(code).toBe(0);
});

it("exits with 1 if a backend that a volume needs cannot be used, and says which setting is missing", async () => {
  environment = { KUBE_CONFIG_FILE: environment["KUBE_CONFIG_FILE"] as string };
  const { code, output } = await check();
  expect(output).toMatch(/local +- +- +failed +backend local cannot be used: LOCAL_SNAPSHOT_DIRECTORY is missing/);
  expect(code).toBe(1);
});

it("exits with 1 if the cluster cannot be read, and says what failed", async () => {
  await cluster.close();
  const { code, errors } = await check();
  expect(errors).toMatch(/^k8s-snapshots: cannot list /);
  expect(code).toBe(1);
});

async function check(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const output = new PassThrough();
  const errors = new PassThrough();
  const terminal = { output: output as unknown as NodeJS.WriteStream, errors, input: new PassThrough() };
  const code = await runCommandLine(["check", ...args], environment, terminal);
  output.end();
  errors.end();
  return { code, output: await text(output), errors: await text(errors) };
}
