import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { removeFolder } from "../../test-support/temporary-folder.ts";
import { checkSite } from "./check-site.ts";

const folder = await mkdtemp(join(tmpdir(), "site-"));
afterAll(() => removeFolder(folder));

it("names links and anchors that lead nowhere, and what a browser would load from elsewhere", async () => {
  await write("index.html", '<a href="/guide#begin">a</a><a href="guide">b</a><a href="https://example.org/">c</a>');
  await write("guide.html", '<h1 id="begin">Begin</h1><a href="#begin">a</a><a href="/part/">b</a>');
  await write(
    "part/index.html",
    '<a href="../guide#end">a</a><a href="./gone">b</a><img src="/x.png"><a href="/x.png">c</a>',
  );
  await write("x.png", "");
  await write(
    "far.html",
    '<script type="module" src="https://example.org/x.js"></script><link rel="icon" href="//example.org/i">',
  );
  const { pages, links, faults } = await checkSite(folder);
  expect({ pages, links }).toEqual({ pages: 4, links: 7 });
  expect([...faults].sort()).toEqual([
    "far.html: loads //example.org/i",
    "far.html: loads https://example.org/x.js",
    "part/index.html: no anchor ../guide#end",
    "part/index.html: no page ./gone",
  ]);
});

async function write(path: string, html: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), html);
}
