import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KubernetesEmulator, startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { writeKubeconfig } from "../apps/daemon/src/demo/demo-cluster.ts";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { freePort } from "./harness/free-port.ts";
import { accessibilityFaults, openBrowser } from "./harness/open-browser.ts";
import { Daemon } from "./harness/start-daemon.ts";

const { chromium } = inject("programs");
const LIMIT = { timeout: 60_000, interval: 100 };

let folder: string;
let cluster: KubernetesEmulator;
let environment: Record<string, string>;
let daemon: Daemon;
let browser: Browser;
let page: Page;
let address: string;

/** One page, and what becomes of it as its daemon comes and goes. */
const withBrowser = test.skipIf(chromium === undefined);

beforeAll(async () => {
  if (chromium === undefined) return;
  folder = await mkdtemp(join(tmpdir(), "status-page-connection-"));
  await mkdir(join(folder, "snapshots"));
  cluster = await startKubernetesEmulator();
  const port = await freePort();
  address = `http://127.0.0.1:${port}/`;
  environment = {
    KUBE_CONFIG_FILE: await writeKubeconfig(folder, cluster),
    BACKENDS: "local",
    LOCAL_SNAPSHOT_DIRECTORY: join(folder, "snapshots"),
    PAGE_LISTEN: `127.0.0.1:${port}`,
  };
  daemon = await startDaemon();
  browser = await openBrowser(chromium);
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(address);
});

afterAll(async () => {
  await browser?.close();
  await daemon?.stop();
  await cluster?.close();
  if (folder !== undefined) await removeFolder(folder);
});

withBrowser("says that a cluster is empty, and how to protect a volume", async () => {
  await page.locator("#blank h2").waitFor();
  expect(await page.locator("#blank h2").textContent()).toBe("No volumes in this cluster yet");
  expect(await page.locator("#blank code").textContent()).toContain("kubectl annotate pvc NAME");
  expect(await page.locator(".fig").allTextContents()).toEqual([
    expect.stringMatching(/^0protected/),
    expect.stringMatching(/^0late/),
    expect.stringMatching(/^0unprotected/),
  ]);
  expect(await page.locator("#stale").isHidden()).toBe(true);
  expect(await accessibilityFaults(page)).toEqual([]);
});

withBrowser("says since when it knows nothing, and keeps what it knew", async () => {
  addClaim("known");
  await page.locator(".row", { hasText: "known" }).waitFor();
  const before = utcMinute();
  await daemon.stop("SIGKILL");
  await page.locator("#stale").waitFor();
  const said = (await page.locator("#live").textContent()) ?? "";
  const [, time = ""] = /^no answer since .*?(\d\d:\d\d)(?::\d\d)? UTC, trying again$/.exec(said) ?? [];
  expect([before, utcMinute()], said).toContain(time);
  expect(await page.locator("#stale").textContent()).toContain("this is what was known then");
  expect(await page.locator(".row", { hasText: "known" }).count()).toBe(1);
  expect(await accessibilityFaults(page)).toEqual([]);
});

withBrowser("goes on by itself when there is a daemon again, with what happened meanwhile", async () => {
  addClaim("made-meanwhile");
  daemon = await startDaemon();
  await page.locator(".row", { hasText: "made-meanwhile" }).waitFor({ timeout: LIMIT.timeout });
  await vi.waitFor(async () => expect(await page.locator("#stale").isHidden()).toBe(true), LIMIT);
  expect(await page.locator("#live").textContent()).toMatch(/^live · /);
  // Changes are heard of again.
  addClaim("made-later");
  await page.locator(".row", { hasText: "made-later" }).waitFor({ timeout: LIMIT.timeout });
});

withBrowser("takes a minute without a word for a lost connection", async () => {
  const patient = await browser.newPage();
  await patient.clock.install();
  await patient.goto(address);
  await patient.locator(".row").first().waitFor();
  await patient.route("**/api/v1/**", (route) => route.abort());
  await patient.clock.fastForward(61_000);
  await patient.locator("#stale").waitFor();
  expect(await patient.locator("#live").textContent()).toMatch(/^no answer since /);
  await patient.close();
});

async function startDaemon(): Promise<Daemon> {
  const started = new Daemon(environment);
  await vi.waitFor(() => expect(started.says("page.started"), started.lastWords).toBe(true), LIMIT);
  return started;
}

function addClaim(name: string): void {
  cluster.store.create("persistentvolumeclaims", {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: "default" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  });
}

function utcMinute(): string {
  return new Date().toISOString().slice(11, 16);
}
