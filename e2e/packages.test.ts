import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { root } from "../tools/project/root.ts";
import { readPublishedPackages } from "../tools/project/workspace-packages.ts";
import { npm, packPackages, pnpm } from "./harness/packed-packages.ts";

const run = promisify(execFile);
const published = await readPublishedPackages(root);

/** What a compiler says of types that are not ours, and the lines that go on with it. */
const ofOthers = /^\s|^\S*node_modules\/(?!@k8s-snapshots\/)/;

/** What would be published, in the hands of somebody who has nothing else of ours. */
describe("the published packages", () => {
  let folder: string;
  let app: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "packages-"));
    await mkdir(join(folder, "packed"));
    const tarballs = await packPackages(join(folder, "packed"));
    app = join(folder, "app");
    await mkdir(app);
    await writeFile(join(app, "package.json"), JSON.stringify({ private: true, type: "module" }));
    await npm(app, "install", ...tarballs, "typescript@^5.9.0", "@types/node@^24.0.0");
  });

  afterAll(() => removeFolder(folder));

  test("install together, with one copy of each, and their licences", async () => {
    const { stdout } = await run("find", ["node_modules", "-type", "d", "-path", "*/@k8s-snapshots/*", "-prune"], {
      cwd: app,
    });
    const folders = published.map(({ manifest }) => `node_modules/${manifest.name}`);
    expect(stdout.trim().split("\n").toSorted()).toEqual(folders.toSorted());
    for (const each of folders) {
      expect(await readdir(join(app, each))).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist"]));
    }
  });

  test("run: each entry is imported, and the program says its version", async () => {
    const program = entries().map((entry) => `await import(${JSON.stringify(entry)});`);
    await run(process.execPath, ["--input-type=module", "--eval", program.join("\n")], { cwd: app });
    const { stdout } = await run(join(app, "node_modules", ".bin", "k8s-snapshots"), ["--version"], {
      env: { ...process.env, PATH: `${join(process.execPath, "..")}:${process.env["PATH"]}` },
    });
    const daemon = published.find(({ folder: each }) => each === "apps/daemon");
    expect(stdout.trim()).toBe(daemon?.manifest.version);
  });

  test.each([
    ["node16", "node16"],
    ["nodenext", "nodenext"],
    ["bundler", "esnext"],
  ])(
    "are typed where moduleResolution is %s, and so are the examples of retention",
    async (moduleResolution, module) => {
      const project = join(app, moduleResolution);
      await mkdir(project);
      const lines = entries().map((entry, index) => `export * as entry${index} from ${JSON.stringify(entry)};`);
      const misuse =
        'import { parseDeltas } from "@k8s-snapshots/retention";\n// @ts-expect-error: not a number\nparseDeltas(1);';
      await writeFile(join(project, "index.ts"), [...lines, misuse, ""].join("\n"));
      const readme = await readFile(join(app, "node_modules/@k8s-snapshots/retention/README.md"), "utf8");
      const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, example = ""]) => example);
      expect(examples.length).toBeGreaterThan(1);
      for (const [index, example] of examples.entries()) await writeFile(join(project, `readme-${index}.ts`), example);
      const compilerOptions = {
        module,
        moduleResolution,
        target: "es2024",
        strict: true,
        noEmit: true,
        types: ["node"],
      };
      await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
      const { stdout } = await run(join(app, "node_modules", ".bin", "tsc"), ["-p", project]).catch((error) => error);
      // What our packages declare; those of others are theirs to repair.
      expect(stdout.split("\n").filter((line: string) => line !== "" && !ofOthers.test(line))).toEqual([]);
    },
  );

  /** What may be imported of the packages. */
  function entries(): string[] {
    return published.flatMap(({ manifest }) =>
      Object.keys(manifest["exports"] as object)
        .filter((path) => path !== "./package.json")
        .map((path) => manifest.name + path.slice(1)),
    );
  }
});

test("a clean checkout is built by packing it", { timeout: 1_200_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "checkout-"));
  try {
    await run("git", ["clone", "--quiet", "--depth=1", `file://${root}`, folder]);
    await pnpm(folder, "install", "--frozen-lockfile");
    await pnpm(join(folder, "packages", "backend-do"), "pack", "--pack-destination", folder);
    const [tarball = ""] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
    const { stdout } = await run("tar", ["-tzf", join(folder, tarball)]);
    expect(stdout.split("\n")).toEqual(
      expect.arrayContaining(["package/dist/index.js", "package/dist/index.d.ts", "package/LICENSE"]),
    );
  } finally {
    await removeFolder(folder);
  }
});
