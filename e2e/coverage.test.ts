import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { CoverageDocument } from "@k8s-snapshots/status-page/api";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { freePort } from "./harness/free-port.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { built, Daemon } from "./harness/start-daemon.ts";
import { TestCluster } from "./harness/test-cluster.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl } = inject("programs");
const ready = kubernetes !== undefined && kubectl !== undefined;
const guide = await readFile(fileURLToPath(new URL("../docs/coverage.md", import.meta.url)), "utf8");
const reasons = await readFile(fileURLToPath(new URL("../docs/reference/reasons.md", import.meta.url)), "utf8");

interface Answer {
  readonly code: number | null;
  readonly output: string;
}

/**
 * What `kubectl exec deploy/k8s-snapshots -- k8s-snapshots coverage` does in the pod: the same program beside the daemon, with its
 * environment and the rights of its service account.
 */
describe.skipIf(!ready)("coverage beside a daemon, on a real kube-apiserver", () => {
  let folder: string;
  let cluster: TestCluster;
  let daemon: Daemon;
  let environment: Record<string, string>;
  let page: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "coverage-"));
    cluster = await TestCluster.start(kubernetes as KubernetesBinaries, kubectl as string, folder);
    await mkdir(join(folder, "snapshots"));
    const port = await freePort();
    page = `http://127.0.0.1:${port}/`;
    environment = {
      KUBE_CONFIG_FILE: await cluster.kubeconfigOfTheRole(),
      BACKENDS: "local",
      LOCAL_SNAPSHOT_DIRECTORY: join(folder, "snapshots"),
      LOCAL_ROOTS: folder,
      PAGE_LISTEN: `127.0.0.1:${port}`,
    };
    for (const name of ["data", "forgotten", "mistyped", "scratch"]) {
      await mkdir(join(folder, name));
      await cluster.addVolume({ name, hostPath: { path: join(folder, name) } });
    }
    await cluster.annotate("data", "PT2S PT6S PT1M");
    await cluster.annotate("mistyped", "hourly");
    const [exclude = ""] = /backup\.kubernetes\.io\/exclude="[^"]+"/.exec(guide) ?? [];
    await cluster.control("annotate", "pvc", "scratch", exclude.replaceAll('"', ""));
    daemon = new Daemon(environment);
    await waitUntil(
      async () => protectionsIn(await coverage("--from", page)).includes("data protected"),
      () => `data is not protected: ${daemon.lastWords}`,
    );
  }, 240_000);

  afterAll(async () => {
    await daemon?.stop();
    await cluster?.stop();
    await removeFolder(folder);
  });

  test("says the same as the daemon's page, and exits with 1", async () => {
    const itself = await coverage();
    const ofDaemon = await coverage("--from", page);
    expect(protectionsIn(itself)).toEqual([
      "data protected",
      "forgotten unprotected",
      "mistyped unprotected",
      "scratch excluded",
    ]);
    expect(protectionsIn(ofDaemon)).toEqual(protectionsIn(itself));
    expect([itself.code, ofDaemon.code]).toEqual([1, 1]);
    expect(documentOf(itself).asked).toContain(cluster.server.url);
    expect(documentOf(ofDaemon).asked).toBe(`the daemon at ${page}`);
  });

  test("gives only reasons that the guide, or the reference, explains", async () => {
    for (const { reason } of documentOf(await coverage()).volumes) {
      if (["UpToDate", "Excluded"].includes(reason)) continue;
      expect(`${guide}\n${reasons}`, reason).toContain(`\`${reason}\``);
    }
  });

  test("exits with 0 once all are protected or excluded, as the guide says", async () => {
    await cluster.removeAnnotation("mistyped");
    for (const name of ["forgotten", "mistyped"]) {
      await cluster.control("annotate", "pvc", name, "backup.kubernetes.io/exclude=a test");
    }
    const isAllSafe = async (...words: string[]): Promise<boolean> => (await coverage(...words)).code === 0;
    await waitUntil(
      () => isAllSafe(),
      () => "the program says that not all is safe",
    );
    await waitUntil(
      () => isAllSafe("--from", page),
      () => `the daemon says that not all is safe: ${daemon.lastWords}`,
    );
  });

  function documentOf({ output }: Answer): CoverageDocument {
    return JSON.parse(output) as CoverageDocument;
  }

  function protectionsIn(answer: Answer): readonly string[] {
    if (answer.output === "") return [];
    return documentOf(answer)
      .volumes.map(({ name, protection }) => `${name} ${protection}`)
      .sort();
  }

  async function coverage(...words: string[]): Promise<Answer> {
    const child = spawn(process.execPath, [built, "coverage", "--output", "json", ...words], {
      env: { PATH: process.env["PATH"] ?? "", ...environment, MIN_INTERVAL: "PT0S" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [output] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { code: child.exitCode, output };
  }
});
