import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { InspectedCluster } from "../../test/inspected-cluster.ts";

const run = promisify(execFile);
const main = join(import.meta.dirname, "../main.ts");

let cluster: InspectedCluster;

beforeEach(async () => {
  cluster = await InspectedCluster.start();
  cluster.kubernetes.store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
});

afterEach(() => cluster.close());

it.each([
  [["ex"], ["explain"]],
  [
    ["explain", "pvc/"],
    ["pvc/data", "pvc/mistyped", "pvc/scratch", "pvc/unasked"],
  ],
  [
    ["explain", "pv/"],
    ["pv/pv-data", "pv/pv-mistyped"],
  ],
  [["snapshot", "pvc/d"], ["pvc/data"]],
  [["snapshot", "-n", "shop", "pvc/"], []],
  [["list", "-n", "s"], ["shop"]],
  [["list", "r"], ["rules"]],
  [["list", "--output", "y"], ["yaml"]],
  [["mig"], ["migrate"]],
  [["migrate", "-n", "s"], ["shop"]],
  [["migrate", "--output", "k"], ["kustomization"]],
])(
  "completes %j",
  async (words, offered) => {
    expect(await complete(words)).toEqual(offered);
  },
  30_000,
);

it("offers what needs no cluster where there is none", async () => {
  await cluster.close();
  expect(await complete(["explain", "pvc/"])).toEqual([]);
  expect(await complete(["ho"])).toEqual(["hold"]);
  cluster = await InspectedCluster.start();
}, 30_000);

it.each(["bash", "zsh", "fish"])("prints a script for %s that asks for what was typed", async (shell) => {
  expect((await call("completion", shell)).length).toBeGreaterThan(500);
});

it("has a script that bash understands", async () => {
  const file = join(cluster.folder, "completion.bash");
  await writeFile(file, await call("completion", "bash"));
  await run("bash", ["-n", file]);
});

async function complete(words: readonly string[]): Promise<readonly string[]> {
  const output = await call("complete", "--", ...words);
  return output
    .split("\n")
    .filter((line) => line.includes("\t"))
    .map((line) => line.split("\t")[0] ?? "")
    .sort();
}

/** The program: what completes writes to its standard output itself. */
async function call(...args: readonly string[]): Promise<string> {
  const conditions = ["--conditions=@k8s-snapshots/source"];
  const env = { ...process.env, ...cluster.environment };
  return (await run(process.execPath, [...conditions, main, ...args], { env })).stdout;
}
