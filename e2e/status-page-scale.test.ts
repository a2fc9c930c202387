import type { CoverageVolume, Mark } from "@k8s-snapshots/status-page/api";
import { expect, inject, test } from "vitest";
import { serve } from "../apps/daemon/src/http/serve.ts";
import { ChangeFeed } from "../apps/daemon/src/page/change-feed.ts";
import { streamOf } from "../apps/daemon/src/page/json-stream.ts";
import { readPageFiles } from "../apps/daemon/src/page/page-files.ts";
import { createPageAnswer } from "../apps/daemon/src/page/page-routes.ts";
import { openBrowser } from "./harness/open-browser.ts";

const { chromium } = inject("programs");
const VOLUMES = 10_000;
const SNAPSHOTS = 37;
const HOUR = 3_600;

/** Of what is on the screen first: whatever is in the cluster, so much is asked for before it. */
const MOST_FIRST_BYTES = 80_000;

interface Figures {
  readonly framesPerSecond: number;
  readonly filterMs: number;
  readonly elements: number;
}

test.skipIf(chromium === undefined)(
  "10,000 volumes of 37 snapshots: as many rows as fit, figures, and another axis",
  async () => {
    const now = Date.now() / 1_000;
    const volumes = Array.from({ length: VOLUMES }, (_, index) => volumeOf(index, now));
    const sum = { volumes: VOLUMES, protected: VOLUMES, late: 0, unprotected: 0, excluded: 0 };
    const head = { now: new Date(now * 1_000).toISOString(), cluster: "home", asked: "the daemon", sum };
    const timeline = { reach: 30 * 24 * HOUR, marks: marksAt(now), gaps: [], expected: [] };
    const changes = new ChangeFeed();
    const answer = createPageAnswer({
      files: readPageFiles,
      changes,
      api: {
        coverage: async (_, limit) => streamOf([JSON.stringify({ ...head, volumes: volumes.slice(0, limit) })]),
        timelines: async (objects) => ({ now, timelines: Object.fromEntries(objects.map((one) => [one, timeline])) }),
        volume: async () => "unknown",
      },
      onError: (error) => expect.fail(String(error)),
    });
    await using server = await serve(
      { host: "127.0.0.1", port: 0 },
      { answer, variable: "PAGE_LISTEN", onError: (error) => expect.fail(String(error)) },
    );
    await using browser = await openBrowser(chromium as string);
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname + new URL(request.url()).search));
    await page.addInitScript(watchFirstRow);
    await page.goto(`http://127.0.0.1:${server.port}/`);
    await page.locator("#count", { hasText: "10,000 volumes" }).waitFor();
    const { firstRowMs, askedBefore, firstBytes } = await page.evaluate<FirstRow>("firstRow");
    await page.locator("#filter-namespace option", { hasText: "team-7 (200)" }).waitFor({ state: "attached" });
    const figures = await page.evaluate<Figures>(measure);
    process.stdout.write(`10,000 volumes: ${JSON.stringify({ firstRowMs, firstBytes, ...figures })}\n`);
    expect(askedBefore).toEqual(["coverage?limit=100", "page.css", "page.js"]);
    expect(firstBytes).toBeLessThan(MOST_FIRST_BYTES);
    expect(asked.filter((path) => path.startsWith("/api/v1/coverage"))).toEqual([
      "/api/v1/coverage?limit=100",
      "/api/v1/coverage",
    ]);
    expect(await page.locator("canvas").count()).toBeLessThan(10);
    expect(await page.locator("#count").textContent()).toBe("1 of 10,000 volumes");
    expect(await page.locator(".row .c-name b").allTextContents()).toEqual(["data-7777"]);
    // The table for screen readers has up to 500 rows of 9 cells.
    expect(figures.elements).toBeLessThan(7_000);
    await page.locator("#filter-backend").focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    expect(await page.locator("#zoom").inputValue()).toBe("month");
    expect(new URL(page.url()).hash).toContain("time=month");
    expect(await page.locator("#axis").textContent()).not.toContain("1 y");
    changes[Symbol.dispose]();
  },
);

interface FirstRow {
  /** When it was painted, in milliseconds since the page was asked for. */
  readonly firstRowMs: number;

  /** What had been answered by then, sorted, and how long that was before it was compressed. */
  readonly askedBefore: readonly string[];
  readonly firstBytes: number;
}

/** In the page, since a question from here costs it time of its own. */
const watchFirstRow = `globalThis.firstRow = new Promise((resolve) => {
  new MutationObserver((_, observer) => {
    if (document.querySelector(".row") === null) return;
    observer.disconnect();
    const answered = performance.getEntriesByType("resource").filter(({ responseEnd }) => responseEnd > 0);
    const first = answered.find(({ name }) => name.includes("limit="));
    requestAnimationFrame(() => setTimeout(() => resolve({
      firstRowMs: Math.round(performance.now()),
      askedBefore: answered.map(({ name }) => name.split("/").at(-1)).sort(),
      firstBytes: first?.decodedBodySize,
    })));
  }).observe(document, { childList: true, subtree: true });
});`;

/** Scrolls for three seconds' worth of frames, then filters. */
const measure = `(async () => {
  const list = document.getElementById("list");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const begun = performance.now();
  const frames = 180;
  for (let frame = 0; frame < frames; frame++) {
    list.scrollTop = (40000 * frame) / frames;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  const framesPerSecond = Math.round((1000 * frames) / (performance.now() - begun));
  const elements = document.querySelectorAll("*").length;
  const text = document.getElementById("filter-text");
  text.value = "data-7777";
  const before = performance.now();
  text.dispatchEvent(new Event("input"));
  return { framesPerSecond, elements, filterMs: Math.round(performance.now() - before) };
})()`;

function volumeOf(index: number, now: number): CoverageVolume {
  const instant = (seconds: number): string => new Date(seconds * 1_000).toISOString();
  const name = `data-${index}`;
  const disk = `vol-${index.toString(16).padStart(17, "0")}`;
  return {
    ...{ object: `PersistentVolumeClaim/team-${index % 50}/${name}`, namespace: `team-${index % 50}`, name },
    ...{ volume: `pvc-${disk}`, protection: "protected", reason: "UpToDate" },
    message: `the newest ready snapshot of ${disk} is of ${instant(now - 1_800)}`,
    rule: {
      ...{ id: `PersistentVolumeClaim/team-${index % 50}/${name}`, deltas: "PT1H P1D P7D P30D" },
      ...{ backend: "aws", location: "eu-west-1", disk, intervalSeconds: HOUR },
    },
    ...{ newest: instant(now - 1_800), lateAt: instant(now + 9_000), dueAt: instant(now + 1_800) },
    ...{ held: SNAPSHOTS, worstGapSeconds: HOUR },
  };
}

function marksAt(now: number): readonly Mark[] {
  return Array.from({ length: SNAPSHOTS }, (_, index): Mark => {
    const age = index < 24 ? index * HOUR : index < 31 ? (index - 23) * 24 * HOUR : (index - 30) * 4.5 * 24 * HOUR;
    return {
      id: `snap-${index}`,
      at: now - 1_800 - age,
      slot: index < 24 ? "hours" : index < 31 ? "days" : "weeks",
      state: "ready",
    };
  });
}
