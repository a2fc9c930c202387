import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { HOLD_LABEL, type Snapshot } from "@k8s-snapshots/backend-api";
import { type ConformanceWorld, describeBackendConformance } from "@k8s-snapshots/backend-api/conformance";
import { describe, it } from "vitest";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { copyTree, LocalBackend, parseLocalConfig } from "./index.ts";
import { manifest } from "./manifest.ts";
import { readRecord, writeRecord } from "./snapshot-record.ts";

interface LocalWorld extends ConformanceWorld {
  readonly backend: LocalBackend;
  readonly folder: string;
  readonly snapshots: string;
  /** While there is one, copies wait for it. */
  gate: PromiseWithResolvers<void> | undefined;
  lastNumber: number;
}

describeBackendConformance(
  { describe, it },
  {
    manifest,
    capabilities: { restore: true, removeRestored: true, read: true, setLabels: true, volumeFacts: true, listLagMs: 0 },
    open: openWorld,
    async createDisk(world: LocalWorld) {
      const path = nextPath(world);
      await mkdir(path);
      await writeFile(join(path, "file"), "content");
      return { location: "local", id: path };
    },
    volumeFor: (_, { id: path }) => ({ metadata: { name: "data" }, spec: { hostPath: { path } } }),
    specFor: (_, { id: path }) => ({ path }),
    settle: ({ gate, backend }) => (gate ? setImmediate() : backend.settled()),
    brokenVolumes: [
      {
        volume: { metadata: { name: "relative" }, spec: { hostPath: { path: "data" } } },
        mentions: "spec.hostPath.path",
      },
      { volume: { metadata: { name: "up" }, spec: { local: { path: "/data/../etc" } } }, mentions: "spec.local.path" },
    ],
    unknownLocation: "elsewhere",
    missingDisk: ({ folder }) => ({ location: "local", id: join(folder, "missing") }),
    missingSnapshot: () => ({ location: "local", id: "missing.000000000000" }),
    takesTokens: true,
    pageSize: 3,
    async failSecondPage({ snapshots }) {
      const [first = ""] = await readdir(join(snapshots, "snapshots"));
      const path = join(snapshots, "snapshots", first, "snapshot.json");
      await rm(path);
      await symlink(path, path);
    },
    garble: ({ snapshots }, { id }) => writeFile(join(snapshots, "snapshots", id, "snapshot.json"), "{"),
    sendsDates: true,
    refusals: ["unavailable"],
    refuseNext: ({ snapshots }) => rename(snapshots, `${snapshots}-unmounted`),
    async watch({ snapshots }, work) {
      const seen: Pick<Snapshot, "id" | "labels">[] = [];
      let done = false;
      const watching = (async () => {
        while (!done) {
          seen.push(...(await look(snapshots)));
          await setImmediate();
        }
      })();
      await work();
      done = true;
      await watching;
      return seen;
    },
    async keepPending(world) {
      world.gate = Promise.withResolvers();
    },
    async finish({ gate, backend }, _, state) {
      if (state === "ready") gate?.resolve();
      else gate?.reject(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }));
      await backend.settled();
    },
    async hold({ snapshots }, { id }) {
      const path = join(snapshots, "snapshots", id, "snapshot.json");
      const record = await readRecord(path);
      await writeRecord(path, { ...record, labels: { ...record.labels, [HOLD_LABEL]: "true" } });
    },
    async deny({ snapshots }) {
      await rename(snapshots, `${snapshots}-unmounted`);
      return `write ${snapshots}`;
    },
    restoreParameters: (world) => ({ path: nextPath(world) }),
    write: (_, { id }, content) => writeFile(join(id, "file"), content),
    read: (_, { id }) => readFile(join(id, "file"), "utf8"),
  },
);

async function openWorld(): Promise<LocalWorld> {
  const folder = await mkdtemp(join(tmpdir(), "backend-local-"));
  const snapshots = join(folder, "snapshots");
  await mkdir(snapshots);
  const world: Omit<LocalWorld, "backend"> = {
    folder,
    snapshots,
    gate: undefined,
    lastNumber: 0,
    close: () => removeFolder(folder),
  };
  const backend = new LocalBackend(parseLocalConfig({ LOCAL_SNAPSHOT_DIRECTORY: snapshots }), {
    async copyTree(source, target, signal) {
      const aborted = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      await Promise.race([world.gate?.promise, aborted]);
      return copyTree(source, target, signal);
    },
  });
  return Object.assign(world, { backend });
}

/** What counts as a snapshot, read without the backend. */
async function look(snapshots: string): Promise<Pick<Snapshot, "id" | "labels">[]> {
  const seen: Pick<Snapshot, "id" | "labels">[] = [];
  for (const place of ["pending", "snapshots"]) {
    for (const id of await readdir(join(snapshots, place)).catch(() => [])) {
      const path = join(snapshots, place, id, "snapshot.json");
      const record = await readRecord(path).catch((error) => (error.code === "ENOENT" ? undefined : error));
      if (record) seen.push({ id, labels: record.labels ?? {} });
    }
  }
  return seen;
}

function nextPath(world: LocalWorld): string {
  world.lastNumber += 1;
  return join(world.folder, `disk-${world.lastNumber}`);
}
