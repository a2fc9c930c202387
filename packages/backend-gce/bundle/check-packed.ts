/**
 * Packs the package as it is published, and takes a snapshot with what is in the tarball. `pnpm build` first.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BackendModule } from "@k8s-snapshots/backend-api";
import { startGceEmulator } from "@k8s-snapshots/emulator-gce";

const root = new URL("..", import.meta.url).pathname;
/** Below the package, so that it finds the dependencies that an installation would bring. */
const folder = join(root, "build", "packed");
/** With the map of the sources, which is two thirds of it. */
const largestFile = 600_000;

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
execFileSync("pnpm", ["pack", "--pack-destination", folder], { cwd: root, stdio: "ignore" });
const [tarball = ""] = await readdir(folder);
execFileSync("tar", ["-xzf", tarball], { cwd: folder });

const packed = join(folder, "package");
for (const file of await readdir(packed, { recursive: true })) {
  const { size } = await stat(join(packed, file));
  assert(size < largestFile, `${file} has ${size} bytes: Google's descriptions are not pruned`);
}
const { dependencies } = JSON.parse(await readFile(join(packed, "package.json"), "utf8"));
assert(!("@google-cloud/compute" in dependencies), "the clients are in dist: nobody needs to install them");
const licenses = await readFile(join(packed, "dist", "third-party-licenses.txt"), "utf8");
assert.match(licenses, /^=== @google-cloud\/compute 7\..* \(Apache-2\.0\)\n\n\s*Apache License/m);

const project = "emulated-project";
const zone = "europe-west1-b";
const cloud = await startGceEmulator();
cloud.store.createDisk({ project, zone, name: "data" });
const { createBackend }: BackendModule = await import(join(packed, "dist", "index.js"));
const backend = await createBackend({ environment: { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url } });
const disk = await backend.diskForSpec({ project, zone, name: "data" });
const labels = { "created-by": "k8s-snapshots" };
const { id } = await backend.createSnapshot({ disk, name: "data", description: "", labels, idempotencyKey: "packed" });
const listed = await Array.fromAsync(backend.listSnapshots({ location: project, labels }));
assert.deepEqual(
  listed.map((snapshot) => snapshot.id),
  [id],
);
await backend.close?.();
await cloud.close();
await rm(folder, { recursive: true });
