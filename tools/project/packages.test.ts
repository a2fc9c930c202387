import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { removeFolder } from "../../test-support/temporary-folder.ts";
import { generatedProjectFiles } from "./generated-files.ts";
import { root } from "./root.ts";
import { readPublishedPackages, readWorkspacePackages } from "./workspace-packages.ts";

const run = promisify(execFile);
const packages = await readWorkspacePackages(root);
const published = await readPublishedPackages(root);
const names = new Set(published.map(({ manifest }) => manifest.name));

it("what follows from the root's package.json is as `pnpm generate:project` writes it", async () => {
  expect((await generatedProjectFiles(root)).map(({ path }) => path)).toEqual([]);
});

it("after a move and a release, address and version get into all that names it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "moved-"));
  onTestFinished(() => removeFolder(folder));
  const { stdout } = await run(
    "git",
    ["ls-files", "*.md", "*.json", "*.yml", "*.yaml", ".github", "deploy/Dockerfile"],
    {
      cwd: root,
    },
  );
  for (const path of stdout.trim().split("\n")) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(root, path), join(folder, path));
  }
  await run("git", ["init", "--quiet"], { cwd: folder });
  await writeFile(join(folder, "deleted.md"), "");
  await run("git", ["add", "deleted.md"], { cwd: folder });
  await rm(join(folder, "deleted.md"));
  const daemon = join(folder, "apps/daemon/package.json");
  await writeFile(daemon, (await readFile(daemon, "utf8")).replace(/"version": ".+"/, '"version": "9.8.7"'));
  const manifest = join(folder, "package.json");
  const text = await readFile(manifest, "utf8");
  const { repository } = JSON.parse(text) as { repository: string };
  await writeFile(manifest, text.replace(repository, "https://github.com/elsewhere/moved"));

  const files = await generatedProjectFiles(folder);
  expect(files.length).toBeGreaterThanOrEqual(published.length);
  for (const { path, content } of files) await writeFile(join(folder, path), content);
  const left = await run("git", ["grep", "--no-index", "-l", "-i", repository.replace("https://", "")], {
    cwd: folder,
  }).catch(({ stdout: none }) => ({ stdout: none as string }));
  expect(left.stdout).toBe("");
  expect(await readFile(join(folder, "deploy/Dockerfile"), "utf8")).toContain("ARG VERSION=9.8.7\n");
  expect(await generatedProjectFiles(folder)).toEqual([]);
});

it("the packages that nobody installs are private", () => {
  const folders = packages.filter(({ manifest }) => manifest.private === true).map(({ folder }) => folder);
  expect(folders).toEqual([
    "apps/status-page",
    "bench",
    "e2e",
    "emulators/digitalocean",
    "emulators/gce",
    "emulators/kubernetes",
    "emulators/support",
    "tools",
  ]);
});

describe.each(published)("$manifest.name", ({ folder, manifest }) => {
  const dependencies = (field: string): Record<string, string> => (manifest[field] ?? {}) as Record<string, string>;

  it("says what it is, for whom, and what it needs", () => {
    expect(manifest).toMatchObject({
      description: expect.stringMatching(/^.{20,150}[^.]$/),
      keywords: expect.arrayContaining(["k8s-snapshots"]),
      license: "BSD-2-Clause",
      author: expect.any(String),
      type: "module",
      sideEffects: false,
      engines: { node: expect.stringMatching(/^>=2\d/) },
      files: ["dist", "README.md"],
      repository: { directory: folder },
      publishConfig: { access: "public", provenance: true },
    });
    expect(manifest["exports"]).toHaveProperty(["./package.json"]);
  });

  it("is built before it is packed, and publishes no way to its sources", () => {
    expect(manifest["scripts"]).toMatchObject({ prepack: expect.stringContaining("turbo run build") });
    const { exports = manifest["exports"] } = manifest["publishConfig"] as { exports?: unknown };
    expect(JSON.stringify(exports)).not.toContain("/src/");
    const withoutSource = JSON.parse(JSON.stringify(manifest["exports"]), (key, value) =>
      key === "@k8s-snapshots/source" ? undefined : value,
    );
    expect(exports).toEqual(withoutSource);
  });

  it("takes its own version of other packages, compatible ones too", () => {
    const ours = ["dependencies", "peerDependencies"].flatMap((field) =>
      Object.entries(dependencies(field)).filter(([name]) => name.startsWith("@k8s-snapshots/")),
    );
    for (const [name, range] of ours) {
      expect([name, range]).toEqual([name, "workspace:^"]);
      expect(names).toContain(name);
    }
  });

  if (/backend-(?!api)/.test(folder))
    it("leaves the one copy of the contract to whoever uses it", () => {
      expect(dependencies("dependencies")).not.toHaveProperty("@k8s-snapshots/backend-api");
      expect(dependencies("peerDependencies")).toHaveProperty("@k8s-snapshots/backend-api");
      expect(dependencies("devDependencies")).toHaveProperty("@k8s-snapshots/backend-api");
      expect(manifest["keywords"]).toContain("k8s-snapshots-backend");
    });
});
