import { glob, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";

/** The fields of a package.json that are read here; it has others. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly [field: string]: unknown;
}

/** A package of the workspace. */
export interface WorkspacePackage {
  /** Below the root, such as `packages/retention`. */
  readonly folder: string;
  readonly manifest: PackageManifest;
}

/** All packages of the workspace except the root, in the order of their folders. */
export async function readWorkspacePackages(root: string): Promise<readonly WorkspacePackage[]> {
  const workspace = parse(await readFile(join(root, "pnpm-workspace.yaml"), "utf8")) as { packages: string[] };
  const patterns = workspace.packages.map((pattern) => `${pattern}/package.json`);
  const files = await Array.fromAsync(glob(patterns, { cwd: root }));
  return Promise.all(
    files.toSorted().map(async (file) => ({ folder: dirname(file), manifest: await readManifest(join(root, file)) })),
  );
}

/** Those that are published. */
export async function readPublishedPackages(root: string): Promise<readonly WorkspacePackage[]> {
  return (await readWorkspacePackages(root)).filter(({ manifest }) => manifest.private !== true);
}

export async function readManifest(file: string): Promise<PackageManifest> {
  return JSON.parse(await readFile(file, "utf8")) as PackageManifest;
}
