import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { projectAddress } from "../project/project-address.ts";
import { readManifest } from "../project/workspace-packages.ts";
import { githubAnchor } from "./github-anchor.ts";
import { titleOf, withoutComments, withTargets } from "./markdown.ts";
import { chapters, decisionsFolder, home, pagePathOf, sections } from "./pages.ts";
import { foldersOf, repositoryFiles } from "./repository-files.ts";
import { type Destinations, imagePattern, rewriteLink } from "./rewrite-link.ts";

/** An entry of VitePress' sidebar. */
export interface SidebarItem {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: readonly SidebarItem[];
}

/**
 * Writes the Markdown that the site is built from: the repository's own, with links that lead to where things are on the site.
 * A file that is as it should be is not touched.
 *
 * @param folder - what it is written to
 * @returns the sidebar
 * @throws {Error} if a link leads nowhere, a page has no heading, or a file of `sections` is not there
 */
export async function gatherPages(root: string, folder: string): Promise<readonly SidebarItem[]> {
  const files = await repositoryFiles(root);
  const decisions = files
    .filter((file) => posix.dirname(file) === decisionsFolder)
    .sort()
    .reverse();
  const sources = [home, ...sections.flatMap((section) => section.sources), ...decisions];
  const { url } = projectAddress((await readManifest(join(root, "package.json")))["repository"]);
  const destinations: Destinations = {
    pages: new Set(sources),
    others: new Set([...files, ...foldersOf(files)]),
    address: `${url}/blob/main`,
  };

  const titles = new Map<string, string>();
  for (const source of sources) {
    const markdown = await readFile(join(root, source), "utf8");
    titles.set(source, titleIn(markdown, source));
    const page = withTargets(withoutComments(markdown), (target) => rewriteLink(target, source, destinations));
    await writeWhereOther(join(folder, pagePathOf(source)), `---\nsource: ${source}\n---\n\n${page}`);
  }
  for (const image of files.filter((file) => file.startsWith("docs/") && imagePattern.test(file))) {
    const path = join(folder, pagePathOf(image));
    await mkdir(dirname(path), { recursive: true });
    await copyFile(join(root, image), path);
  }

  const itemOf = (source: string): SidebarItem => {
    const link = `/${pagePathOf(source)}`;
    const items = chapters[source]?.map((text) => ({ text, link: `${link}#${githubAnchor(text)}` }));
    // Packages are known by their last name.
    const text = (titles.get(source) ?? source).replace(/^@k8s-snapshots\//, "");
    return { text, link, ...(items && { items }) };
  };
  const records = decisions.map(itemOf);
  await writeWhereOther(join(folder, "decisions/index.md"), archive(records));
  return [
    ...sections.map(({ title, sources, folded }) => ({
      text: title,
      collapsed: folded ?? false,
      items: sources.map(itemOf),
    })),
    { text: "Decisions", link: "/decisions/index.md", collapsed: true, items: records },
  ];
}

/** @throws {Error} if there is none */
function titleIn(markdown: string, source: string): string {
  const title = titleOf(markdown);
  if (title === undefined) throw new Error(`cannot make a page of ${source}: it has no heading; begin it with one`);
  return title;
}

function archive(records: readonly SidebarItem[]): string {
  const lines = records.map(({ text, link }) => `- [${text}](${link})`);
  return `# Decisions\n\nWhat was decided, when, and why. A record is not changed afterwards.\n\n${lines.join("\n")}\n`;
}

async function writeWhereOther(path: string, text: string): Promise<void> {
  const former = await readFile(path, "utf8").catch(() => undefined);
  if (former === text) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
