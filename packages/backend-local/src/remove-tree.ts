import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { hasErrno } from "./local-error.ts";

/** Removes a directory with all that is in it; one that is not there is a success. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!hasErrno(error, "EACCES", "EPERM")) throw error;
    await makeWritable(path);
    await rm(path, { recursive: true, force: true });
  }
}

/** Copies keep modes, and nobody but root can empty a directory that is read-only. */
async function makeWritable(directory: string): Promise<void> {
  await chmod(directory, 0o700);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(directory, entry.name));
  }
}
