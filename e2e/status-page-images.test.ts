import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, inject, test } from "vitest";
import { openBrowser } from "./harness/open-browser.ts";
import { built } from "./harness/start-daemon.ts";

const { chromium } = inject("programs");
const images = fileURLToPath(new URL("../docs/images/", import.meta.url));
const MOST_BYTES = 120_000;
const SCHEMES = ["light", "dark"] as const;

/** UPDATE_IMAGES=1 renews the pictures of the guides, from the demo's data. */
const isUpdate = process.env["UPDATE_IMAGES"] === "1";

/** So long does it take until the demo's timelines have something to show. */
const DEMO_MS = 75_000;

test.skipIf(chromium === undefined)("the demo shows its volumes on a page, one of them unprotected", async () => {
  const demo = spawn(process.execPath, [built, "demo", "--seconds", "120"], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(demo, "exit");
  try {
    const url = await addressOf(demo.stdout);
    if (isUpdate) await setTimeout(DEMO_MS);
    await using browser = await openBrowser(chromium as string);
    for (const colorScheme of SCHEMES) {
      const page = await browser.newPage({ viewport: { width: 1200, height: 430 }, colorScheme });
      await page.goto(url);
      await page.locator(".row").nth(3).waitFor();
      await page
        .locator(".row .c-name", { hasText: /^Protected/ })
        .nth(2)
        .waitFor({ timeout: 300_000 });
      const rows = await page.locator(".row .c-name").allTextContents();
      expect(rows[0]).toMatch(/^Unprotected: scratch/);
      // The one that it restored, if it has done so by now, is a copy that needs no snapshots.
      expect(rows.slice(1).every((row) => /^Protected|^Opted out: photos-restored/.test(row))).toBe(true);
      // The marks arrive after the rows.
      if (isUpdate) await setTimeout(500);
      const picture = await page.screenshot();
      expect(picture.byteLength).toBeLessThan(MOST_BYTES);
      if (!isUpdate) continue;
      await mkdir(images, { recursive: true });
      await writeFile(`${images}status-page-${colorScheme}.png`, picture);
    }
  } finally {
    demo.kill();
    await exited;
  }
});

test.each(SCHEMES)("the guides have a small picture, %s", async (scheme) => {
  expect((await stat(`${images}status-page-${scheme}.png`)).size).toBeLessThan(MOST_BYTES);
  for (const guide of ["README.md", "docs/status-page.md"]) {
    const words = await readFile(new URL(`../${guide}`, import.meta.url), "utf8");
    expect(words).toContain("images/status-page-light.png");
  }
});

/** What it prints of itself; it goes on being read, so that the demo is not held up. */
async function addressOf(output: Readable): Promise<string> {
  let told = "";
  for await (const piece of output.iterator({ destroyOnReturn: false })) {
    told += piece;
    const [, url] = /In a browser: +(http:\S+)\n/.exec(told) ?? [];
    if (url === undefined) continue;
    void text(output).catch(() => "");
    return url;
  }
  throw new Error(`the demo ended before it named its page: ${told}`);
}
