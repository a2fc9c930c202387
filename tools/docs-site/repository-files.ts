import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The files that git has or would add, below the root. */
export async function repositoryFiles(root: string): Promise<readonly string[]> {
  const words = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { stdout } = await run("git", words, { cwd: root, maxBuffer: 1 << 26 });
  return stdout.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
}

/** The folders of files, with all that they are in. */
export function foldersOf(files: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const file of files) {
    for (let folder = posix.dirname(file); folder !== "."; folder = posix.dirname(folder)) folders.add(folder);
  }
  return folders;
}
