import { execFile } from "node:child_process";
import { mkdtemp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type KubernetesEmulator, startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import daemonPackage from "../apps/daemon/package.json" with { type: "json" };
import { claim } from "../emulators/kubernetes/test/suite/objects.ts";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { writeKubeconfig } from "./harness/kubeconfig.ts";

const { kubectl } = inject("programs");
const run = promisify(execFile);
const daemon = new URL("../apps/daemon/", import.meta.url);

describe.skipIf(kubectl === undefined)("the plugin of kubectl", () => {
  let folder: string;
  let cluster: KubernetesEmulator;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kubectl-plugin-"));
    cluster = await startKubernetesEmulator();
    cluster.store.create("persistentvolumeclaims", {
      ...claim("data"),
      metadata: { name: "data", namespace: "default" },
    });
    const kubeconfig = join(folder, "kubeconfig.json");
    await writeKubeconfig(kubeconfig, { server: cluster.url, user: "anyone" });
    // As npm links what a package calls its programs.
    for (const [name, file] of Object.entries(daemonPackage.bin)) {
      await symlink(fileURLToPath(new URL(file, daemon)), join(folder, name));
    }
    env = { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"]}`, KUBECONFIG: kubeconfig, HOME: folder };
  });

  afterAll(async () => {
    await cluster?.close();
    await removeFolder(folder);
  });

  test("is found by it", async () => {
    const { stdout } = await run("kubectl", ["plugin", "list"], { env });
    expect(stdout).toContain(join(folder, "kubectl-k8s_snapshots"));
  }, 60_000);

  test("reads the cluster that kubectl reads, flags and all", async () => {
    const words = ["k8s-snapshots", "list", "volumes", "-n", "default", "-o", "json"];
    const { stdout } = await run("kubectl", words, { env: { ...env, BACKENDS: "local" } });
    expect(JSON.parse(stdout).volumes).toMatchObject([{ namespace: "default", name: "data", reason: "Unbound" }]);
  }, 60_000);
});
