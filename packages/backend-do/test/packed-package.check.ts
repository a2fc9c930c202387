import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, symlink } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { EMULATOR_TOKEN, startDigitalOceanEmulator } from "@k8s-snapshots/emulator-digitalocean";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { removeFolder } from "../../../test-support/temporary-folder.ts";

const run = promisify(execFile);
const here = fileURLToPath(new URL("..", import.meta.url));

let folder: string;
let packed: string;

/** What would be published, as somebody gets it who installs it. It must have been built. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "backend-do-"));
  const pnpm = process.env["npm_execpath"] ?? "pnpm";
  const [program = "", ...words] = /\.[cm]?js$/.test(pnpm) ? [process.execPath, pnpm] : [pnpm];
  await run(program, [...words, "pack", "--pack-destination", folder], { cwd: here });
  const [tarball = ""] = await readdir(folder);
  await run("tar", ["-xzf", join(folder, tarball), "-C", folder]);
  packed = join(folder, "package");
});

afterAll(() => removeFolder(folder));

test("it installs the contract, and neither digitalocean-js nor an axios", async () => {
  const manifest = JSON.parse(await readFile(join(packed, "package.json"), "utf8"));
  expect(Object.keys(manifest.peerDependencies)).toEqual(["@k8s-snapshots/backend-api"]);
  expect([manifest.dependencies, manifest.optionalDependencies]).toEqual([undefined, undefined]);
});

test("its files import the contract and what Node has, nothing else", async () => {
  const files = (await readdir(join(packed, "dist"))).filter((file) => /\.(?:js|d\.ts)$/.test(file));
  expect(files).toContain("index.js");
  for (const file of files) {
    const text = await readFile(join(packed, "dist", file), "utf8");
    const imports = [...text.matchAll(/^(?:import|export)\b(?:[^;"=]*? from)? "([^"]+)";/gm)];
    const requires = [...text.matchAll(/\brequire\d*\("([^"]+)"\)/g)];
    const names = [...imports, ...requires].map(([, name = ""]) => name);
    expect(
      names.filter((name) => !/^\.\/|^@k8s-snapshots\/backend-api(?:\/toolkit)?$/.test(name) && !isBuiltin(name)),
    ).toEqual([]);
  }
});

test("it holds digitalocean-js and the axios of the lock file, with their licences and those of what they need", async () => {
  const code = await readFile(join(packed, "dist", "index.js"), "utf8");
  const licenses = await readFile(join(packed, "dist", "third-party-licenses.txt"), "utf8");
  const version = /=== axios (1\.\d+\.\d+) \(MIT\)/.exec(licenses)?.[1];
  expect(code).toContain(`VERSION = "${version}"`);
  expect(code).toContain("getSnapshotsForVolume(id) {");
  // `// ../../node_modules/…/NAME/FILE` stands before each part.
  const bundled = [...code.matchAll(/^\s*\/\/ .*\/node_modules\/([^/\n]+)\//gm)].map(([, name]) => name);
  const named = [...licenses.matchAll(/^=== (\S+) /gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(bundled));
  expect(licenses.match(/Copyright/g)?.length).toBeGreaterThanOrEqual(named.length);
  for (const leftOut of ["follow-redirects", "form-data", "debug"]) expect(bundled).not.toContain(leftOut);
});

test("it lists snapshots", async () => {
  const cloud = await startDigitalOceanEmulator();
  onTestFinished(() => cloud.close());
  const { id } = cloud.storage.createVolume({ name: "data", region: "fra1" });
  const snapshot = cloud.storage.createSnapshot(id, { name: "seed", tags: ["created-by:k8s-snapshots"] });
  await mkdir(join(packed, "node_modules", "@k8s-snapshots"), { recursive: true });
  await symlink(join(here, "..", "backend-api"), join(packed, "node_modules", "@k8s-snapshots", "backend-api"));
  const program = `
    import { createBackend } from "./dist/index.js";
    const labels = { "created-by": "k8s-snapshots" };
    const backend = await createBackend({ environment: process.env });
    for await (const { id } of backend.listSnapshots({ location: "account", labels })) console.log(id);`;
  const environment = { DIGITALOCEAN_ACCESS_TOKEN: EMULATOR_TOKEN, DIGITALOCEAN_API_URL: cloud.url };
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: packed,
    env: environment,
  });
  expect(stdout).toBe(`${snapshot.id}\n`);
});
