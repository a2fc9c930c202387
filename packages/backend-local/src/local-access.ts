import { access, constants, stat, statfs } from "node:fs/promises";
import type { AccessCheck } from "@k8s-snapshots/backend-api";
import type { LocalConfig } from "./local-config.ts";

/** What the process may do with the directories that the configuration names. */
export async function checkDirectories({ snapshotDirectory, roots }: LocalConfig): Promise<AccessCheck[]> {
  const checks = [await check("write", snapshotDirectory, constants.R_OK | constants.W_OK | constants.X_OK)];
  for (const root of new Set(roots)) checks.push(await check("read", root, constants.R_OK | constants.X_OK));
  if (roots.length === 0) {
    const detail =
      "LOCAL_ROOTS is not set, so disks may lie anywhere: whether each can be read shows when it is copied.";
    checks.push({ permission: "read disks", status: "unknown", detail });
  }
  if (checks[0]?.status === "granted") checks.push(await describeCopies(snapshotDirectory));
  return checks;
}

/**
 * File systems whose copies share their blocks (a reflink), by the number that the kernel knows them by.
 *
 * @see {@link https://man7.org/linux/man-pages/man2/statfs.2.html}
 */
const sharing: Readonly<Record<number, string>> = {
  2435016766: "Btrfs",
  1481003842: "XFS, unless it was made with reflink=0",
  3393526350: "bcachefs",
};

/** Says how much space a snapshot takes: nothing is missing either way. */
async function describeCopies(directory: string): Promise<AccessCheck> {
  const { type } = await statfs(directory);
  const name = sharing[type];
  const how = name === undefined ? "in full: each takes the volume's space" : `by sharing blocks: ${name}`;
  return { permission: `copy ${how}`, status: "granted" };
}

async function check(what: "read" | "write", directory: string, mode: number): Promise<AccessCheck> {
  const permission = `${what} ${directory}`;
  try {
    await access(directory, mode);
    if ((await stat(directory)).isDirectory()) return { permission, status: "granted" };
    return { permission, status: "missing", detail: "It is not a directory." };
  } catch (error) {
    return { permission, status: "missing", detail: `The file system says: ${(error as Error).message}.` };
  }
}
