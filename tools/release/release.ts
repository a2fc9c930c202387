import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { readManifest } from "../project/workspace-packages.ts";

const run = promisify(execFile);

/** What is released. */
export interface Release {
  /** The version of all packages, the image and the chart, such as `0.2.0`. */
  readonly version: string;
  /** The commit, 40 hexadecimal digits. */
  readonly commit: string;
  /** When it was committed, in seconds since 1970: the date of all that is packed. */
  readonly date: number;
  /** The tags at this commit. */
  readonly tags: readonly string[];
  /** The files that differ from the commit, below the root. */
  readonly changed: readonly string[];
}

export async function readRelease(root: string): Promise<Release> {
  const git = async (...words: string[]): Promise<string> => (await run("git", words, { cwd: root })).stdout.trim();
  const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");
  return {
    version: (await readManifest(join(root, "apps/daemon/package.json"))).version,
    commit: await git("rev-parse", "HEAD"),
    date: Number(await git("log", "-1", "--format=%ct")),
    tags: lines(await git("tag", "--points-at", "HEAD")),
    changed: lines(await git("status", "--porcelain")),
  };
}

export function tagOf({ version }: Pick<Release, "version">): string {
  return `v${version}`;
}
