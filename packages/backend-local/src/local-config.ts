import { isAbsolute, resolve } from "node:path";

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
  const { LOCAL_SNAPSHOT_DIRECTORY: directory, LOCAL_ROOTS: roots = "", LOCAL_NODE_NAME: nodeName } = environment;
  if (directory === undefined) {
    throw new Error("LOCAL_SNAPSHOT_DIRECTORY is missing: set it to the folder that shall hold the snapshots");
  }
  return Object.freeze({
    snapshotDirectory: absolutePath("LOCAL_SNAPSHOT_DIRECTORY", directory),
    roots: Object.freeze(
      roots
        .split(",")
        .map((root) => root.trim())
        .filter((root) => root !== "")
        .map((root) => absolutePath("LOCAL_ROOTS", root)),
    ),
    nodeName,
    location: nodeName ?? "local",
  });
}

function absolutePath(variable: string, value: string): string {
  if (isAbsolute(value)) return resolve(value);
  throw new Error(`${variable} must hold absolute paths, but has ${JSON.stringify(value)}`);
}
