import { once } from "node:events";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KubernetesEmulator, startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { DEFAULT_DELTAS_ANNOTATION_KEY } from "@k8s-snapshots/k8s-source";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { freePort } from "./harness/free-port.ts";
import { accessibilityFaults, openBrowser } from "./harness/open-browser.ts";
import { Daemon } from "./harness/start-daemon.ts";

const { chromium } = inject("programs");
const LIMIT = { timeout: 60_000, interval: 100 };
const HOSTILE = `<img src=x onerror="document.title='owned'">\u001b[31m\u202e`;

/** The built daemon on a Kubernetes API in this process, the page in a real browser. */
const withBrowser = test.skipIf(chromium === undefined);

let folder: string;
let cluster: KubernetesEmulator;
let daemon: Daemon;
let browser: Browser;
let address: string;
let page: Page;
let asked: string[];
let complaints: string[];

beforeAll(async () => {
  if (chromium === undefined) return;
  folder = await mkdtemp(join(tmpdir(), "status-page-"));
  cluster = await startKubernetesEmulator();
  await addVolume("notes", { [DEFAULT_DELTAS_ANNOTATION_KEY]: "PT2S PT6S PT30S" });
  await addVolume("orders", { [DEFAULT_DELTAS_ANNOTATION_KEY]: "PT4S PT12S PT1M" });
  await addVolume("broken", { [DEFAULT_DELTAS_ANNOTATION_KEY]: HOSTILE });
  for (let index = 0; index < 8; index++) await addVolume(`scratch-${index}`, {});
  const kubeconfig = join(folder, "kubeconfig.json");
  await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(cluster.url)));
  await mkdir(join(folder, "snapshots"));
  const port = await freePort();
  address = `http://127.0.0.1:${port}/`;
  daemon = new Daemon({
    KUBE_CONFIG_FILE: kubeconfig,
    BACKENDS: "local",
    LOCAL_SNAPSHOT_DIRECTORY: join(folder, "snapshots"),
    PAGE_LISTEN: `127.0.0.1:${port}`,
  });
  browser = await openBrowser(chromium);
  await vi.waitFor(() => expect(daemon.says("snapshot.created"), daemon.lastWords).toBe(true), LIMIT);
});

afterEach(async () => {
  await page?.close();
});

afterAll(async () => {
  await browser?.close();
  await daemon?.stop();
  await cluster?.close();
  if (folder !== undefined) await removeFolder(folder);
});

withBrowser("shows how many are safe, and each volume, the least safe first", async () => {
  await open();
  expect(await page.locator(".fig").allTextContents()).toEqual([
    expect.stringMatching(/^2protected/),
    expect.stringMatching(/^0late/),
    expect.stringMatching(/^9unprotected2 different reasons/),
  ]);
  const rows = await page.locator(".row .c-name").allTextContents();
  expect(rows[0]).toMatch(/^Unprotected: broken/);
  expect(rows[1]).toMatch(/^Unprotected, folded: ▸ 8 volumes/);
  expect(
    rows
      .slice(2)
      .map((row) => row.replace(/default.*/, ""))
      .sort(),
  ).toEqual(["Protected: notes", "Protected: orders"]);
});

withBrowser.each([
  ["light", { colorScheme: "light", width: 1440 }],
  ["dark", { colorScheme: "dark", width: 1440 }],
  ["narrow", { colorScheme: "light", width: 390 }],
] as const)("is usable by everybody: %s, details, and nothing found", async (_, { colorScheme, width }) => {
  await open({ colorScheme, width });
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.locator(".row", { hasText: "notes" }).click();
  await page.locator("#panel .snaps").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.fill("#filter-text", "nothing has this");
  await page.locator("#blank h2").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
  expect(overflow).toBeLessThanOrEqual(0);
});

withBrowser("can be used with the keyboard alone, and says what a mark is", async () => {
  await open();
  await page.keyboard.press("3");
  expect(await page.locator(".fig").nth(2).getAttribute("aria-pressed")).toBe("true");
  await page.keyboard.press("3");
  await page.locator("#list").focus();
  await page.keyboard.press("End");
  const active = await page.locator("#list").getAttribute("aria-activedescendant");
  expect(await page.locator(`#${active}`).getAttribute("aria-selected")).toBe("true");
  await page.keyboard.press("ArrowLeft");
  await vi.waitFor(async () => {
    await page.keyboard.press("ArrowLeft");
    expect(await page.locator("#say").textContent()).toMatch(/ago/);
  }, LIMIT);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.locator("#panel h2").waitFor();
  expect(await page.locator("#panel").getAttribute("aria-label")).toMatch(/^default\/(notes|orders)$/);
  await page.keyboard.press("Escape");
  expect(await page.locator("#panel").isHidden()).toBe(true);
  await page.keyboard.press("/");
  await page.keyboard.type("orders");
  expect(await page.locator("#count").textContent()).toBe("1 of 11 volumes");
});

withBrowser.each([1440, 1024, 390])("says when the next one is due on a screen of %d pixels", async (width) => {
  await open({ width });
  const row = page.locator(".row", { hasText: "notes" }).first();
  await row
    .getByText(/in \d+ s|due now/)
    .filter({ visible: true })
    .first()
    .waitFor({ timeout: LIMIT.timeout });
});

withBrowser("unfolds what has one reason", async () => {
  await open();
  const before = await page.locator(".row").count();
  await page.locator(".row.fold").click();
  await vi.waitFor(async () => expect(await page.locator(".row").count()).toBe(before + 8), LIMIT);
});

withBrowser("says what each snapshot is for, when it goes, and how to restore it", async () => {
  await open();
  await page.locator(".row", { hasText: "notes" }).click();
  // Above it there may be one that is being made.
  await page.locator("#panel .snaps tbody tr", { hasText: "the newest" }).waitFor();
  expect(await page.locator("#panel .snaps thead").textContent()).toContain("Size");
  expect(await page.locator("#panel .snaps tbody").textContent()).toMatch(/\d (B|KiB)/);
  expect(await page.locator("#panel .cmd code").first().textContent()).toBe(
    "k8s-snapshots restore pvc/notes -n default --to-claim notes-restored",
  );
  await page.locator("#panel .ev").waitFor();
  expect(await page.locator("#panel .ev").textContent()).toContain("SnapshotCreated");
});

withBrowser("shows by itself what changes", async () => {
  await open();
  const before = await page.locator(".fig").first().locator("b").textContent();
  expect(before).toBe("2");
  await addVolume("late-comer", { [DEFAULT_DELTAS_ANNOTATION_KEY]: "PT2S PT6S PT30S" });
  await vi.waitFor(async () => expect(await page.locator(".fig b").first().textContent()).toBe("3"), LIMIT);
});

withBrowser("shows names and texts of others as text", async () => {
  await open();
  await page.locator(".row", { hasText: "broken" }).first().click();
  await page.locator("#panel h2").waitFor();
  await vi.waitFor(async () => expect(await page.locator("#panel .story").textContent()).toContain("<img"), LIMIT);
  expect(await page.locator("#panel img, #list img, #table img").count()).toBe(0);
  expect(await page.title()).toBe("Volumes · k8s-snapshots");
  expect(await page.locator("body").textContent()).not.toMatch(/\p{Cc}(?<!\n)|\p{Cf}/u);
});

withBrowser("works below any path, and asks nobody else", async () => {
  await using proxy = await startPrefixProxy("/team/snapshots", address);
  await open({ at: `${proxy.url}/team/snapshots/` });
  await page.locator(".row", { hasText: "notes" }).click();
  await page.locator("#panel .snaps").waitFor();
  expect(asked.length).toBeGreaterThan(5);
  for (const url of asked) expect(url.startsWith(`${proxy.url}/team/snapshots/`) || url === "data:,", url).toBe(true);
});

/** What a page would do that took a name for HTML. */
const attacks = [
  `const script = document.createElement("script"); script.text = "document.title = 'owned'"; document.body.append(script)`,
  `document.body.setAttribute("onclick", "document.title = 'owned'"); document.body.click()`,
  `document.body.insertAdjacentHTML("beforeend", "<img src=x onerror="document.title = 'owned'">")`,
  `const image = new Image(); image.src = "http://127.0.0.1:9/x.png"; document.body.append(image)`,
];

withBrowser("runs nothing that is not its own", async () => {
  await open();
  for (const attack of attacks) await page.evaluate(attack).catch(() => {});
  expect(await page.title()).toBe("Volumes · k8s-snapshots");
  await expect(page.evaluate('fetch("http://127.0.0.1:9/")')).rejects.toThrow();
  expect(complaints.some((text) => text.includes("Content Security Policy"))).toBe(true);
});

interface Look {
  readonly at?: string;
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
}

async function open({ at = address, colorScheme = "light", width = 1440 }: Look = {}): Promise<void> {
  page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  asked = [];
  complaints = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => complaints.push(message.text()));
  await page.goto(at);
  await page.locator(".row").first().waitFor();
  expect(complaints).toEqual([]);
}

async function addVolume(name: string, annotations: Readonly<Record<string, string>>): Promise<void> {
  const path = join(folder, "volumes", name);
  await mkdir(path, { recursive: true });
  const spec = { accessModes: ["ReadWriteOnce"], volumeName: `pv-${name}` };
  const claim = cluster.store.create("persistentvolumeclaims", {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: "default", annotations },
    spec: { ...spec, resources: { requests: { storage: "1Gi" } } },
  });
  cluster.store.create("persistentvolumes", {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pv-${name}` },
    spec: {
      ...{ capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path } },
      claimRef: { namespace: "default", name, uid: claim.metadata.uid },
    },
  });
}

function kubeconfigOf(server: string): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "home",
    contexts: [{ name: "home", context: { cluster: "home", user: "home" } }],
    clusters: [{ name: "home", cluster: { server } }],
    users: [{ name: "home", user: {} }],
  };
}

/** A proxy that serves the page below a path, and takes the path away, as people's do. */
async function startPrefixProxy(prefix: string, target: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((incoming, response) => {
    const { url = "", method, headers } = incoming;
    if (!url.startsWith(`${prefix}/`)) return void response.writeHead(404).end();
    const outgoing = httpRequest(new URL(url.slice(prefix.length), target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      response.on("close", () => answer.destroy());
    });
    outgoing.on("error", () => response.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
