import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitepress";
import { githubAnchor } from "../../tools/docs-site/github-anchor.ts";
import { projectAddress } from "../../tools/project/project-address.ts";

/** Written by tools/docs-site, before VitePress starts. */
const build = join(import.meta.dirname, "..", "build");
const { sidebar, repository } = JSON.parse(readFileSync(join(build, "site.json"), "utf8"));
const { url } = projectAddress(repository);

export default defineConfig({
  title: "k8s-snapshots",
  description: "Snapshots of Kubernetes volumes, thinned out with age",
  // None: browsers ask for /favicon.ico where nothing is said.
  head: [["link", { rel: "icon", href: "data:," }]],
  srcDir: "build/pages",
  outDir: "build/html",
  cacheDir: "build/cache",
  cleanUrls: true,
  // Pages' own links lead nowhere wrong: whoever breaks one is told, and nothing is built.
  ignoreDeadLinks: false,
  markdown: {
    linkify: false,
    anchor: { slugify: githubAnchor },
    toc: { slugify: githubAnchor },
    headers: { slugify: githubAnchor },
  },
  transformPageData(page) {
    // Where a page comes from: typedoc's pages come from sources, and are edited there.
    const source = page.frontmatter["source"];
    if (source === undefined) page.frontmatter["editLink"] = false;
    else page.filePath = source;
  },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    sidebar,
    nav: [
      { text: "Quickstart", link: "/quickstart" },
      { text: "Reference", link: "/reference/settings" },
      { text: "API", link: "/api/" },
    ],
    socialLinks: [{ icon: "github", link: url }],
    editLink: { pattern: `${url}/edit/main/:path`, text: "Edit this page" },
    externalLinkIcon: true,
  },
});
