import { glob, readFile } from "node:fs/promises";
import { join, posix, relative } from "node:path";

/** What was looked at. */
export interface SiteCheck {
  readonly pages: number;
  readonly links: number;

  /** `PAGE: what is wrong`, none if all is well. */
  readonly faults: readonly string[];
}

/**
 * Looks through a built site: each link within it has to lead to a page, and its anchor to an element there; nothing that a
 * browser loads by itself may come from elsewhere, so that the site works offline.
 */
export async function checkSite(folder: string): Promise<SiteCheck> {
  const files = (await Array.fromAsync(glob("**/*", { cwd: folder, withFileTypes: true }))).filter((each) =>
    each.isFile(),
  );
  const paths = new Set(files.map((each) => relative(folder, join(each.parentPath, each.name))));
  const pages = new Map<string, string>();
  for (const path of paths) if (path.endsWith(".html")) pages.set(path, await readFile(join(folder, path), "utf8"));

  const faults: string[] = [];
  let links = 0;
  for (const [path, html] of pages) {
    for (const [, target = ""] of html.matchAll(/<a\b[^>]*?\bhref="([^"]*)"/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      links++;
      const fault = faultOf(target.replaceAll("&amp;", "&"), path);
      if (fault !== undefined) faults.push(`${path}: ${fault}`);
    }
    for (const [, , address] of html.matchAll(
      /<(script|link|img|iframe)\b[^>]*?\b(?:src|href)="((?:https?:)?\/\/[^"]*)"/g,
    )) {
      faults.push(`${path}: loads ${address}`);
    }
  }
  return { pages: pages.size, links, faults };

  function faultOf(target: string, from: string): string | undefined {
    const { pathname, hash } = new URL(target, `site:///${from}`);
    const [path, anchor] = [decodeURIComponent(pathname).slice(1), decodeURIComponent(hash).slice(1)];
    const file = [path, `${path}.html`, posix.join(path, "index.html")].find((each) => paths.has(each));
    if (file === undefined) return `no page ${target}`;
    return anchor === "" || pages.get(file)?.includes(`id="${anchor}"`) ? undefined : `no anchor ${target}`;
  }
}
