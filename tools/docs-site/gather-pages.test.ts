import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeFolder } from "../../test-support/temporary-folder.ts";
import { root } from "../project/root.ts";
import { gatherPages, type SidebarItem } from "./gather-pages.ts";
import { anchorsOf } from "./markdown.ts";
import { decisionsFolder, home, notPages, sections } from "./pages.ts";
import { repositoryFiles } from "./repository-files.ts";
import { rewriteLink } from "./rewrite-link.ts";

it("each Markdown file of the repository is a page, or known not to be one", async () => {
  const pages = new Set([home, ...sections.flatMap(({ sources }) => sources)]);
  const others = [`${decisionsFolder}/`, ...notPages];
  const files = (await repositoryFiles(root)).filter((file) => file.endsWith(".md") && !file.endsWith("CHANGELOG.md"));
  const forgotten = files.filter((file) => !pages.has(file) && !others.some((other) => file.startsWith(other)));
  expect(forgotten).toEqual([]);
});

describe("the pages of this repository", () => {
  let folder: string;
  let sidebar: readonly SidebarItem[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pages-"));
    sidebar = await gatherPages(root, folder);
  });

  afterAll(async () => {
    await removeFolder(folder);
  });

  const page = (path: string): Promise<string> => readFile(join(folder, path), "utf8");

  it("are the repository's own texts, with links that lead to pages of the site", async () => {
    expect(await page("troubleshooting.md")).toContain("[The table](/reference/reasons.md) says");
    expect(await page("packages/scheduler.md")).toContain("(/reference/reasons.md)");
    expect(await page("contributing.md")).not.toContain("<!-- edit:");
  });

  it("link files of the repository where people read them, and bring pictures along", async () => {
    expect(await page("upgrade-a-backend.md")).toContain("(/examples/backend-restic.md)");
    expect(await page("monitoring.md")).toContain("/blob/main/deploy/monitoring/alerts.yaml)");
    expect(await page("index.md")).toContain("(/images/status-page-light.png)");
    expect((await stat(join(folder, "images/status-page-light.png"))).size).toBeGreaterThan(1_000);
  });

  it("have the decisions as an archive, the newest first", async () => {
    const records = sidebar.at(-1)?.items?.map(({ link }) => link) ?? [];
    expect(records.length).toBeGreaterThan(25);
    expect(records).toEqual([...records].sort().reverse());
    expect(await page("decisions/index.md")).toContain("(/decisions/2026-11-28-helm-chart.md)");
  });

  it("have chapters in the sidebar that are headings of their page", async () => {
    const [begin] = sidebar;
    const links = begin?.items?.[0]?.items?.map(({ link }) => link) ?? [];
    expect(links).toContain("/quickstart.md#aws");
    const anchors = anchorsOf(await page("quickstart.md"));
    expect(links.filter((link) => !anchors.has(link?.split("#")[1] ?? ""))).toEqual([]);
  });

  it("are written again only where they differ, so that a server that follows them has no work", async () => {
    await writeFile(join(folder, "glossary.md"), "another text");
    const before = await stat(join(folder, "design.md"), { bigint: true });
    await gatherPages(root, folder);
    expect((await stat(join(folder, "design.md"), { bigint: true })).mtimeNs).toBe(before.mtimeNs);
    expect(await page("glossary.md")).toContain("# Glossary");
  });
});

it("a link that leads nowhere is named, with the file that has it", () => {
  const destinations = { pages: new Set(["docs/a.md"]), others: new Set(["docs"]), address: "https://example.org" };
  expect(rewriteLink("a.md#b", "docs/c.md", destinations)).toBe("/a.md#b");
  expect(rewriteLink("https://example.org/x", "docs/c.md", destinations)).toBe("https://example.org/x");
  expect(() => rewriteLink("gone.md", "docs/c.md", destinations)).toThrow(
    "cannot link gone.md in docs/c.md: the repository has no docs/gone.md; correct the path",
  );
});
