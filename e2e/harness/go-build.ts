import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Programs to build with Go, once for each name. */
export interface GoBuild {
  /** Of the folder below the cache folder that the programs go to: says what they are made of. */
  readonly name: string;
  /** Where the go.mod is. */
  readonly moduleFolder: string;
  readonly packages: readonly string[];
  /** Default: those that leave out debugging tables. */
  readonly linkerFlags?: string;
  /** For people who wait. */
  readonly takes: string;
}

/** Where {@link buildWithGo} puts the programs. */
export function goBuildFolder(name: string): string {
  return join(cacheFolder(), name);
}

/**
 * Builds programs, unless they were built before.
 *
 * @returns what to do, if they cannot be built
 */
export async function buildWithGo(build: GoBuild): Promise<string | undefined> {
  const { name, moduleFolder, packages, linkerFlags = "-s -w", takes } = build;
  const folder = goBuildFolder(name);
  if (existsSync(folder)) return undefined;
  try {
    await run("go", ["version"]);
  } catch {
    return "install Go 1.26 to have it built";
  }
  await mkdir(cacheFolder(), { recursive: true });
  const output = await mkdtemp(join(cacheFolder(), "building-"));
  try {
    process.stderr.write(`building ${name} into ${folder}: ${takes}\n`);
    await run("go", ["build", "-trimpath", `-ldflags=${linkerFlags}`, "-o", `${output}/`, ...packages], {
      cwd: moduleFolder,
      maxBuffer: 1 << 26,
    });
    await rename(output, folder);
  } catch (error) {
    await rm(output, { recursive: true, force: true });
    // Another run may have built it in the meantime.
    if (!existsSync(folder)) return `it could not be built: ${(error as Error).message.slice(0, 500)}`;
  }
  return undefined;
}

function cacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "k8s-snapshots");
}
