import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { expect, onTestFinished, test } from "vitest";
import { stringify } from "yaml";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { createVolume, deltas } from "../test/cluster-objects.ts";

test("the README's example shows a cluster's rules", async () => {
  const cluster = await startKubernetesEmulator();
  onTestFinished(() => cluster.close());
  createVolume(cluster, "pv-1", deltas("PT1H P1D P7D"));
  const home = await mkdtemp(join(tmpdir(), "k8s-source-"));
  onTestFinished(() => removeFolder(home));
  await mkdir(join(home, ".kube"));
  await writeFile(join(home, ".kube", "config"), kubeconfig(cluster.url));

  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] as string;
  const program = spawn(
    process.execPath,
    ["--conditions=@k8s-snapshots/source", "--input-type=module-typescript", "--eval", example],
    { cwd: new URL("..", import.meta.url), env: { HOME: home }, stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(() => void program.kill());
  const [line] = await once(createInterface({ input: program.stdout }), "line");
  expect(line).toBe("PersistentVolume/pv-1 PT1H P1D P7D");
});

function kubeconfig(server: string): string {
  return stringify({
    "current-context": "emulator",
    contexts: [{ name: "emulator", context: { cluster: "emulator", user: "me" } }],
    clusters: [{ name: "emulator", cluster: { server } }],
    users: [{ name: "me", user: {} }],
  });
}
