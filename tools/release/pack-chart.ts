import { glob, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { parse } from "yaml";
import type { Release } from "./release.ts";
import { runCommand, succeeds } from "./run.ts";

/**
 * Packs the chart below deploy/helm: with helm, or, where there is none, into the same form with tar.
 *
 * @returns nothing if there is no chart
 * @throws {Error} if the chart is of another version than the release
 */
export async function packChart(root: string, output: string, release: Release): Promise<string | undefined> {
  const [file] = await Array.fromAsync(glob("deploy/helm/{Chart.yaml,*/Chart.yaml}", { cwd: root }));
  if (file === undefined) return undefined;
  const { name, version } = parse(await readFile(join(root, file), "utf8")) as { name: string; version: string };
  if (version !== release.version) {
    throw new Error(
      `cannot pack the chart: ${file} is ${version}, not ${release.version}; run \`pnpm generate:project\``,
    );
  }
  const folder = join(root, dirname(file));
  if (await succeeds({ program: "helm", words: ["version"] }, root)) {
    await runCommand({ program: "helm", words: ["package", folder, "--destination", output] }, root);
  } else {
    await runCommand(
      { program: "tar", words: tarWords(folder, name, join(output, `${name}-${version}.tgz`), release) },
      root,
    );
  }
  return join(output, `${name}-${version}.tgz`);
}

/** One folder of the chart's name, as helm makes it: https://helm.sh/docs/topics/charts/ */
function tarWords(folder: string, name: string, archive: string, { date }: Release): string[] {
  const from = basename(folder);
  const same = ["--sort=name", `--mtime=@${date}`, "--owner=0", "--group=0", "--numeric-owner"];
  return ["-czf", archive, ...same, `--transform=s|^${from}|${name}|`, "-C", dirname(folder), from];
}
