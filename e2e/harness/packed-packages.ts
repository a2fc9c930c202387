import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../tools/project/root.ts";
import { readPublishedPackages } from "../../tools/project/workspace-packages.ts";

const run = promisify(execFile);

/**
 * Packs what is published, as it would be published.
 *
 * @returns the tarballs
 */
export async function packPackages(folder: string): Promise<string[]> {
  for (const published of await readPublishedPackages(root)) {
    await pnpm(join(root, published.folder), "pack", "--pack-destination", folder);
  }
  return (await readdir(folder)).map((file) => join(folder, file));
}

/** Runs the pnpm that runs the tests. */
export async function pnpm(folder: string, ...words: string[]): Promise<void> {
  const path = process.env["npm_execpath"] ?? "pnpm";
  const [program, ...args] = /\.[cm]?js$/.test(path) ? [process.execPath, path] : [path];
  await run(program as string, [...args, ...words], { cwd: folder, maxBuffer: 1 << 26 });
}

/** Runs npm in a folder, with the machine's settings but none of pnpm's. @returns what it printed */
export async function npm(folder: string, ...words: string[]): Promise<string> {
  const environment = Object.entries(process.env).filter(([name]) => !/^(npm_|pnpm_|VITEST|NODE_ENV)/i.test(name));
  const { stdout } = await run("npm", words, {
    cwd: folder,
    env: { ...Object.fromEntries(environment), npm_config_audit: "false", npm_config_fund: "false" },
    maxBuffer: 1 << 26,
  });
  return stdout;
}
