import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** How two folders compare. */
export interface FolderComparison {
  /** How many files there are in the one or the other. */
  readonly files: number;

  /** Those that only one of them has, or whose content differs; sorted. */
  readonly different: readonly string[];
}

/** Compares the files of two folders, byte for byte. */
export async function compareFolders(one: string, other: string): Promise<FolderComparison> {
  const names = new Set([...(await filesOf(one)), ...(await filesOf(other))]);
  const different: string[] = [];
  for (const name of [...names].sort()) {
    const [a, b] = await Promise.all([contentOf(join(one, name)), contentOf(join(other, name))]);
    if (a === undefined || b === undefined || !a.equals(b)) different.push(name);
  }
  return { files: names.size, different };
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
}

function contentOf(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch(() => undefined);
}
