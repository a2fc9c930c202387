import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type BackendModule, describeBackendFault } from "@k8s-snapshots/backend-api";
import { type KubernetesEmulator, startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { writeKubeconfig } from "./harness/kubeconfig.ts";
import { npm, packPackages } from "./harness/packed-packages.ts";
import { readGuide } from "./harness/read-guide.ts";
import { Daemon } from "./harness/start-daemon.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { restic } = inject("programs");
const example = join(import.meta.dirname, "..", "examples", "backend-restic");
const guide = join(import.meta.dirname, "..", "docs", "write-a-backend.md");
const name = "k8s-snapshots-backend-restic";

/** Far from here, with npm alone and what would be published: as people do who write a backend, or use one. */
describe.skipIf(restic === undefined)("a third party's backend", () => {
  let folder: string;
  let tarballs: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "third-party-"));
    await mkdir(join(folder, "packed"));
    tarballs = await packPackages(join(folder, "packed"));
    const isSource = (path: string): boolean => !/\/(?:node_modules|dist)$/.test(path);
    await cp(example, join(folder, "backend"), { recursive: true, filter: isSource });
    await npm(join(folder, "backend"), "install", tarball("backend-api"));
  });

  afterAll(() => removeFolder(folder));

  test("is type-checked and passes the kit", { timeout: 1_200_000 }, async () => {
    const backend = join(folder, "backend");
    await npm(backend, "run", "check");
    const tested = npm(backend, "test", "--", "--reporter=json", "--outputFile=report.json").catch(() => "failed");
    await tested;
    const report = JSON.parse(await readFile(join(backend, "report.json"), "utf8")) as {
      readonly numPassedTests: number;
      readonly testResults: readonly {
        readonly message: string;
        readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
      }[];
    };
    const failed = report.testResults.flatMap(({ message, assertionResults }) => [
      ...(message ? [message] : []),
      ...assertionResults.filter(({ status }) => status === "failed").map(({ fullName }) => fullName),
    ]);
    expect(failed).toEqual([]);
    expect(await tested).not.toBe("failed");
    expect(report.numPassedTests).toBeGreaterThan(50);
  });

  test("of the guide is made by following it, and loads", { timeout: 1_200_000 }, async () => {
    const place = join(folder, "guide");
    const steps = readGuide(await readFile(guide, "utf8"));
    expect(steps.map((step) => step.kind)).toEqual(["file", "file", "run", "file", "file", "file", "run", "run"]);
    for (const step of steps) {
      if (step.kind === "file") {
        await mkdir(dirname(join(place, step.path)), { recursive: true });
        await writeFile(join(place, step.path), step.content);
        continue;
      }
      for (const command of step.commands) {
        const [program, ...words] = command.replace("@k8s-snapshots/backend-api", tarball("backend-api")).split(" ");
        expect(program).toBe("npm");
        await npm(place, ...words);
      }
    }
    const built = (await import(join(place, "dist", "index.js"))) as BackendModule;
    await expect(async () => built.createBackend({ environment: {} })).rejects.toThrow("TAR_FOLDER is missing");
    expect(describeBackendFault(await built.createBackend({ environment: { TAR_FOLDER: place } }))).toBeUndefined();
    expect(await readdir(place)).toContain("backend-tar-0.1.0.tgz");
  });

  describe("in the daemon", () => {
    let app: string;
    let kubernetes: KubernetesEmulator;
    let environment: Record<string, string>;

    beforeAll(async () => {
      app = join(folder, "app");
      await mkdir(app);
      await writeFile(join(app, "package.json"), JSON.stringify({ private: true }));
      await npm(join(folder, "backend"), "pack", "--pack-destination", app);
      const [packed = ""] = (await readdir(app)).filter((file) => file.endsWith(".tgz"));
      await npm(app, "install", ...tarballs, join(app, packed));

      kubernetes = await startKubernetesEmulator();
      const kubeconfig = join(folder, "kubeconfig.json");
      await writeKubeconfig(kubeconfig, { server: kubernetes.url, user: "nobody" });
      environment = {
        KUBE_CONFIG_FILE: kubeconfig,
        RESTIC_REPOSITORY: join(folder, "repository"),
        RESTIC_PASSWORD: "not-a-real-password",
        RESTIC_CACHE_DIR: join(folder, "cache"),
      };
      await runRestic("init");
    });

    afterAll(() => kubernetes?.close());

    test("takes snapshots of a directory, which restic lists", async () => {
      const path = join(folder, "data");
      await mkdir(path);
      await writeFile(join(path, "file"), "content");
      kubernetes.store.create("persistentvolumes", {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name: "data", annotations: { "backup.kubernetes.io/deltas": "PT1H P1D" } },
        spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path } },
      });
      const daemon = start(name);
      const made = async (): Promise<{ paths: string[] }[]> =>
        JSON.parse(await runRestic("snapshots", "--json", "--no-lock", "--tag", "created-by=k8s-snapshots"));
      await waitUntil(
        async () => (await made()).length > 0,
        () => `no snapshot:\n${daemon.lastWords}`,
      );
      expect((await made())[0]?.paths).toEqual([path]);
      expect(await daemon.stop("SIGTERM")).toBe(0);
    });

    test.each([
      [
        "of another version of the contract",
        "export const manifest = { apiVersion: 99 }; export const createBackend = () => undefined;",
        "its manifest is of contract 99, and this release needs 2: see docs/upgrade-a-backend.md",
      ],
      ["without a factory", "export const backend = {};", "it exports no createBackend"],
      ["that throws when it is loaded", 'throw new Error("no libceph on this machine");', "no libceph on this machine"],
      ["of contract 1", "export const createBackend = () => ({ apiVersion: 1 });", "it exports no manifest"],
      ["that is not installed", undefined, "npm install backend-refused"],
    ])("refuses a package %s in one line", async (_, source, why) => {
      const daemon = start(await install(source));
      expect(await daemon.ended()).toBe(1);
      const lines = daemon.log.map(({ msg }) => msg);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain("backend-refused");
      expect(lines[0]).toContain(why);
    });

    test("goes on where a factory throws, and says so of the volumes that ask for it", async () => {
      const manifest = {
        apiVersion: 2,
        name: "acme",
        volumes: { sources: ["hostPath"] },
        settings: [],
        diskSchema: { type: "object", properties: {} },
      };
      const factory = 'export const createBackend = () => { throw new Error("ACME_URL is missing"); };';
      const daemon = start(await install(`export const manifest = ${JSON.stringify(manifest)}; ${factory}`));
      await waitUntil(
        async () => daemon.says("backend.unavailable"),
        () => `nothing is said:\n${daemon.lastWords}`,
      );
      const { msg } = daemon.log.find(({ event }) => event === "backend.unavailable") ?? {};
      expect(msg).toBe("backend acme cannot be used: ACME_URL is missing");
      expect(await daemon.stop("SIGTERM")).toBe(0);
    });

    /** @returns the package's name */
    async function install(source: string | undefined): Promise<string> {
      const refused = "backend-refused";
      const place = join(app, "node_modules", refused);
      await rm(place, { recursive: true, force: true });
      if (source !== undefined) {
        await mkdir(place);
        await writeFile(
          join(place, "package.json"),
          JSON.stringify({ name: refused, type: "module", main: "index.js" }),
        );
        await writeFile(join(place, "index.js"), source);
      }
      return refused;
    }

    function start(backend: string): Daemon {
      const program = join(app, "node_modules", "@k8s-snapshots", "daemon", "dist", "main.js");
      return new Daemon({ ...environment, BACKENDS: backend }, program);
    }

    async function runRestic(...words: string[]): Promise<string> {
      const env = { ...environment, PATH: process.env["PATH"] };
      const { stdout } = await promisify(execFile)(restic as string, words, { env });
      return stdout;
    }
  });

  function tarball(of: string): string {
    return tarballs.find((file) => file.includes(`k8s-snapshots-${of}-`)) ?? "";
  }
});
