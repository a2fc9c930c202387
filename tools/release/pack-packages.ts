import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readPublishedPackages } from "../project/workspace-packages.ts";
import { pnpm } from "./pnpm.ts";
import { runCommand } from "./run.ts";

/**
 * Packs what is published to npm, as it will be published.
 *
 * @param output - an absolute path
 * @returns the tarballs, each after those that it needs
 */
export async function packPackages(root: string, output: string): Promise<readonly string[]> {
  await runCommand(pnpm("exec", "turbo", "run", "build", "--output-logs=errors-only"), root);
  const tarballs: string[] = [];
  for (const { folder } of (await readPublishedPackages(root)).toSorted(contractFirst)) {
    const before = new Set(await readdir(output));
    await runCommand(pnpm("pack", "--pack-destination", output), join(root, folder));
    tarballs.push(...(await readdir(output)).filter((file) => !before.has(file)).map((file) => join(output, file)));
  }
  return tarballs;
}

/** A publication that is cut short leaves no package whose dependencies are not there. */
function contractFirst(one: { readonly folder: string }, other: { readonly folder: string }): number {
  return rank(one.folder) - rank(other.folder);
}

function rank(folder: string): number {
  if (folder === "packages/backend-api" || folder === "packages/retention") return 0;
  return folder.startsWith("packages/") ? 1 : 2;
}
