import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { captureCommand } from "../../test/captured-command.ts";
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
])("completes %j", async (words, offered) => {
  expect(namesIn(await say("complete", "--", ...words))).toEqual(offered);
});

it("completes as a program, which writes nothing else", async () => {
  const output = await runProgram("complete", "--", "explain", "pvc/d");
  expect(namesIn(output)).toEqual(["pvc/data"]);
  expect(output).toMatch(/^pvc\/data\t\n:\d+\n$/);
});

it("offers what needs no cluster where there is none", async () => {
  await cluster.close();
  expect(namesIn(await say("complete", "--", "explain", "pvc/"))).toEqual([]);
  expect(namesIn(await say("complete", "--", "ho"))).toEqual(["hold"]);
  cluster = await InspectedCluster.start();
});

it.each(["bash", "zsh", "fish"])("prints a script for %s that asks for what was typed", async (shell) => {
  expect((await say("completion", shell)).length).toBeGreaterThan(500);
});

it("has a script that bash understands", async () => {
  const file = join(cluster.folder, "completion.bash");
  await writeFile(file, await runProgram("completion", "bash"));
  await run("bash", ["-n", file]);
});

function namesIn(output: string): readonly string[] {
  return output
    .split("\n")
    .filter((line) => line.includes("\t"))
    .map((line) => line.split("\t")[0] ?? "")
    .sort();
}

/** In this process. What completes reads the words of the process, and writes to the console, itself. */
async function say(...args: readonly string[]): Promise<string> {
  const said: string[] = [];
  const console_ = vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
  const words = vi.spyOn(process, "argv", "get").mockReturnValue([process.execPath, main, ...args]);
  await captureCommand(args, cluster.environment).finally(() => {
    console_.mockRestore();
    words.mockRestore();
  });
  return said.join("\n");
}

async function runProgram(...args: readonly string[]): Promise<string> {
  const conditions = ["--conditions=@k8s-snapshots/source"];
  const env = { ...process.env, ...cluster.environment };
  return (await run(process.execPath, [...conditions, main, ...args], { env })).stdout;
}
