import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { expect, inject, test } from "vitest";
import { startLoopbackServer } from "../test-support/loopback-server.ts";
import { root } from "../tools/project/root.ts";
import { openBrowser } from "./harness/open-browser.ts";

const { chromium } = inject("programs");

/** `pnpm docs:build` makes it, in CI before these tests. */
const html = join(root, "site/build/html");
const isReady = chromium !== undefined && existsSync(join(html, "index.html"));

const kinds: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

test.skipIf(!isReady)(
  "the documentation site finds a reason by its name, and asks nobody else for anything",
  async () => {
    const server = await startLoopbackServer(async ({ path = "/" }, response) => {
      const file = [path, `${path}.html`, join(path, "index.html")].map((each) => join(html, each)).find(isFile);
      response.writeHead(file === undefined ? 404 : 200, {
        "content-type": kinds[extname(file ?? "")] ?? "application/octet-stream",
      });
      response.end(file === undefined ? undefined : await readFile(file));
    });
    await using browser = await openBrowser(chromium as string);
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const asked = new Set<string>();
    const faults: string[] = [];
    page.on("request", (request) =>
      asked.add(request.url().startsWith("data:") ? server.url : new URL(request.url()).origin),
    );
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(String(error)));

    await page.goto(`${server.url}/`);
    await page.waitForLoadState("networkidle");
    await page.locator(".VPNavBarSearch button").click();
    await page.locator(".search-input").fill("ScheduleImpossible");
    await page.locator(".results .result", { hasText: "Reasons" }).click();
    await page.waitForURL(`${server.url}/reference/reasons*`);
    await page.locator("td", { hasText: /^ScheduleImpossible$/ }).waitFor();

    expect([...asked]).toEqual([server.url]);
    expect(faults).toEqual([]);
  },
);

function isFile(path: string): boolean {
  return existsSync(path) && extname(path) !== "";
}
