import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { CreateSnapshotRequest, Disk, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { type ConformanceWorld, describeBackendConformance } from "@k8s-snapshots/backend-api/conformance";
import { afterAll, describe, expect, it } from "vitest";
import { createBackend, manifest } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "restic-"));
const password = "a-password-that-no-error-shows";
const environment = environmentOf("repository");
execFileSync("restic", ["init", "--quiet"], { env: environment });
afterAll(() => rmSync(folder, { recursive: true }));

let directories = 0;
let worlds = 0;

function createDisk(): Disk {
  directories += 1;
  const path = join(folder, `data ${directories}, with a comma`);
  mkdirSync(path);
  writeFileSync(join(path, "file"), `content ${directories}`);
  return { location: "repository", id: path };
}

function environmentOf(repository: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    RESTIC_REPOSITORY: join(folder, repository),
    RESTIC_PASSWORD: password,
    RESTIC_CACHE_DIR: join(folder, "cache"),
  };
}

interface World extends ConformanceWorld {
  /** What the backend was given. */
  readonly environment: Record<string, string>;
}

// restic takes half a second to open a repository: the tests run side by side.
describeBackendConformance<World>(
  { describe, it: it.concurrent },
  {
    manifest,
    capabilities: { restore: false, listLagMs: 0, maxPendingPerLocation: 1 },
    async open() {
      worlds += 1;
      const own = environmentOf(`repository-${worlds}`);
      cpSync(environment["RESTIC_REPOSITORY"] ?? "", own["RESTIC_REPOSITORY"] ?? "", { recursive: true });
      return { backend: await createBackend({ environment: own }), environment: own };
    },
    createDisk: async () => createDisk(),
    volumeFor: (_, { id }) => ({ metadata: { name: "data" }, spec: { hostPath: { path: id } } }),
    specFor: (_, { id }) => ({ path: id }),
    brokenVolumes: [
      { volume: { metadata: { name: "data" }, spec: { hostPath: { path: "data" } } }, mentions: "volume data" },
      { volume: { metadata: { name: "data" }, spec: { local: { path: "/data/../etc" } } }, mentions: "volume data" },
    ],
    settle: () => setTimeout(200),
    unknownLocation: "elsewhere",
    missingDisk: () => ({ location: "repository", id: join(folder, "missing") }),
    missingSnapshot: () => ({ location: "repository", id: "missing" }),
    refusals: ["unauthenticated"],
    async refuseNext(world) {
      world.environment["RESTIC_PASSWORD"] = "wrong";
    },
    async hold(world, { id }) {
      const ours = ["--tag", `k8s-snapshots/idempotency-key=${id}`];
      execFileSync("restic", ["tag", "--quiet", "--add", "k8s-snapshots/hold=true", ...ours], {
        env: world.environment,
      });
    },
    secrets: [password],
    exceptions: {
      "createSnapshot refused as unauthenticated says so": "restic is asked later, and the list says why it failed",
    },
  },
);

it("keeps what a symbolic link leads to, and not the link", async () => {
  const { id: target } = createDisk();
  const link = join(folder, "link");
  symlinkSync(target, link);
  const backend = await createBackend({ environment });
  const request = requestFor({ location: "repository", id: link });
  await backend.createSnapshot(request);
  expect((await ended(backend, request)).diskId).toBe(link);
  const tag = `k8s-snapshots/idempotency-key=${request.idempotencyKey}`;
  const kept = execFileSync("restic", ["ls", "--tag", tag, "latest"], { env: environment, encoding: "utf8" });
  expect(kept).toContain("/file");
});

it("says of a backup that could not be made why it failed", async () => {
  const disk = createDisk();
  const backend = await createBackend({ environment: { ...environment, RESTIC_PASSWORD: "wrong" } });
  const request = requestFor(disk);
  await backend.createSnapshot(request);
  await backend.close?.();
  await expect(ended(backend, request)).rejects.toMatchObject({ code: "unauthenticated" });
});

function requestFor(disk: Disk): CreateSnapshotRequest {
  directories += 1;
  const labels = { "created-by": "k8s-snapshots", test: `${directories}` };
  return { disk, name: "data", description: "Data", labels, idempotencyKey: `key-${directories}` };
}

async function ended(backend: SnapshotBackend, { labels }: CreateSnapshotRequest) {
  for (;;) {
    const [snapshot] = await Array.fromAsync(backend.listSnapshots({ location: "repository", labels }));
    if (snapshot && snapshot.state !== "pending") return snapshot;
    await setTimeout(200);
  }
}
