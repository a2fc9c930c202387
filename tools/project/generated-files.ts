import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { withCommonFields } from "./package-fields.ts";
import { moveAddress, type ProjectAddress, projectAddress } from "./project-address.ts";
import { readManifest, readWorkspacePackages } from "./workspace-packages.ts";

const run = promisify(execFile);

/** A file that is not as it should be, with what it should hold. */
export interface GeneratedFile {
  /** Below the root. */
  readonly path: string;
  readonly content: string;
}

/** Texts that may name the project's address. */
const texts = [
  "*.md",
  "*.yml",
  "*.yaml",
  "*.json",
  "*.json5",
  "deploy/Dockerfile",
  "*.tpl",
  "CODEOWNERS",
  "*/CODEOWNERS",
];

/**
 * The files that differ from what the root's package.json asks for. The former address is the one that the packages name.
 *
 * @throws {Error} if the root's `repository` is not one on GitHub
 */
export async function generatedProjectFiles(root: string): Promise<readonly GeneratedFile[]> {
  const today = projectAddress((await readManifest(join(root, "package.json")))["repository"]);
  const packages = await readWorkspacePackages(root);
  const manifests = packages.map((workspacePackage) => ({
    path: join(workspacePackage.folder, "package.json"),
    content: `${JSON.stringify(withCommonFields(workspacePackage, today), undefined, 2)}\n`,
  }));
  const named = packages.find(({ manifest }) => manifest["repository"] !== undefined)?.manifest["repository"];
  const moved = named === undefined ? [] : await movedTexts(root, projectAddress(named), today);
  const handled = new Set(manifests.map(({ path }) => path));
  const files = [...manifests, ...moved.filter(({ path }) => !handled.has(path))];
  const stale = await Promise.all(
    files.map(async (file) => ((await readFile(join(root, file.path), "utf8")) === file.content ? [] : [file])),
  );
  return stale.flat();
}

async function movedTexts(root: string, former: ProjectAddress, today: ProjectAddress): Promise<GeneratedFile[]> {
  const { stdout } = await run(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", ...texts],
    {
      cwd: root,
      maxBuffer: 1 << 26,
    },
  );
  // The root's package.json is where the address of today comes from; the lock file names other people's projects.
  const paths = stdout
    .split("\0")
    .filter((path) => path !== "" && path !== "package.json" && path !== "pnpm-lock.yaml");
  return Promise.all(
    paths.map(async (path) => ({
      path,
      content: moveAddress(await readFile(join(root, path), "utf8"), former, today),
    })),
  );
}
