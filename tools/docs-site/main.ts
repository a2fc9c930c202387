/**
 * The documentation site, from the repository's own Markdown and sources.
 *
 * `main.ts build` builds `site/build/html` and looks through it; `main.ts serve` shows it while it is written, and follows each
 * change of a Markdown file. What it runs has to be installed in `site` first: `pnpm docs:build` and `pnpm docs:serve` do so.
 */
import { watch } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../project/root.ts";
import { buildFolder, buildSite, runInSite, writeApiPages, writePages } from "./build-site.ts";
import { checkSite } from "./check-site.ts";

const [command] = process.argv.slice(2);
if (command === "build") await build();
else if (command === "serve") await serve();
else usage();

async function build(): Promise<void> {
  const start = performance.now();
  await buildSite(root);
  const { pages, links, faults } = await checkSite(join(root, buildFolder, "html"));
  for (const fault of faults) console.error(fault);
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${buildFolder}/html: ${pages} pages, ${links} links, faults: ${faults.length}, in ${seconds} s`);
  if (faults.length > 0) process.exitCode = 1;
}

async function serve(): Promise<void> {
  await writeApiPages(root);
  await writePages(root);
  await Promise.race([runInSite(root, "vitepress", ["dev"]), followChanges()]);
}

/** A fault in a text that somebody is writing is said, and looked at again after the next change. */
async function followChanges(): Promise<never> {
  for await (const { filename } of watch(root, { recursive: true })) {
    if (filename === null || !/\.md$/.test(filename) || /node_modules|^site\//.test(filename)) continue;
    await writePages(root).catch((error: Error) => console.error(error.message));
  }
  throw new Error("cannot follow changes: the file system has no more to tell; start again");
}

function usage(): void {
  console.error("cannot tell what to do: give build or serve");
  process.exitCode = 2;
}
