import { isAbsolute, resolve } from "node:path";
import { readList, readText, requireText } from "@k8s-snapshots/backend-api/toolkit";

/** What a local backend is set to. */
export interface LocalConfig {
  /** Absolute path of the folder that holds the snapshots. Must exist: one that is not mounted must not look empty. */
  readonly snapshotDirectory: string;

  /** Absolute paths of the directories that disks may lie in; with none, they may lie anywhere. */
  readonly roots: readonly string[];

  /** The node whose directories these are, where volumes say which node they are on. */
  readonly nodeName: string | undefined;

  /** {@link Disk.location} of all disks: the node's name, else `local`. */
  readonly location: string;
}

/**
 * Reads `LOCAL_SNAPSHOT_DIRECTORY`, `LOCAL_ROOTS` (separated by commas) and `LOCAL_NODE_NAME`.
 *
 * @throws {Error} if one is missing or wrong: one line that names it.
 */
export function parseLocalConfig(environment: Readonly<Record<string, string>>): LocalConfig {
  const directory = requireText(environment, "LOCAL_SNAPSHOT_DIRECTORY", "the folder that shall hold the snapshots");
  const nodeName = readText(environment, "LOCAL_NODE_NAME");
  return Object.freeze({
    snapshotDirectory: absolutePath("LOCAL_SNAPSHOT_DIRECTORY", directory),
    roots: Object.freeze(readList(environment, "LOCAL_ROOTS").map((root) => absolutePath("LOCAL_ROOTS", root))),
    nodeName,
    location: nodeName ?? "local",
  });
}

function absolutePath(variable: string, value: string): string {
  if (isAbsolute(value)) return resolve(value);
  throw new Error(`${variable} must hold absolute paths, but has ${JSON.stringify(value)}`);
}
