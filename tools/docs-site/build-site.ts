import { spawn } from "node:child_process";
import { once } from "node:events";
import { glob, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readManifest } from "../project/workspace-packages.ts";
import { gatherPages, type SidebarItem } from "./gather-pages.ts";

/** Where the site is built, below the root: `pages` is Markdown, `html` what a server serves. */
export const buildFolder = "site/build";

/** Writes the pages from the repository's Markdown, and what VitePress reads of them. @throws {Error} as `gatherPages` does */
export async function writePages(root: string): Promise<void> {
  const build = join(root, buildFolder);
  const sidebar = await gatherPages(root, join(build, "pages"));
  const { repository } = await readManifest(join(root, "package.json"));
  const site = { repository, sidebar: [...sidebar, await apiSection(join(build, "pages"))] };
  await writeFile(join(build, "site.json"), JSON.stringify(site));
}

/** Writes the API's pages from the sources, by typedoc. @throws {Error} if it fails */
export async function writeApiPages(root: string): Promise<void> {
  await mkdir(join(root, buildFolder, "pages"), { recursive: true });
  await runInSite(root, "typedoc", ["--logLevel", "Error"]);
}

/** Builds all of it anew. @throws {Error} if a part fails, as where a link is dead */
export async function buildSite(root: string): Promise<void> {
  await rm(join(root, buildFolder), { recursive: true, force: true });
  await writeApiPages(root);
  await writePages(root);
  await runInSite(root, "vitepress", ["build"]);
}

/** Runs a program that the site's own folder has installed. @throws {Error} if it ends with another code than 0 */
export async function runInSite(root: string, program: string, words: readonly string[]): Promise<void> {
  const child = spawn(join(root, "site/node_modules/.bin", program), words, {
    cwd: join(root, "site"),
    stdio: "inherit",
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`cannot build the site: ${program} ended with ${code}; see above`);
}

async function apiSection(pages: string): Promise<SidebarItem> {
  const paths = await Array.fromAsync(glob("api/**/*.md", { cwd: pages }));
  const modules = paths.map((path) => path.slice("api/".length, -".md".length)).filter((name) => name !== "index");
  const items = modules.sort().map((name) => ({ text: name, link: `/api/${name}.md` }));
  return { text: "API", link: "/api/index.md", collapsed: true, items };
}
