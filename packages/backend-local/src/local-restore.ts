import { createHash, randomUUID } from "node:crypto";
import { lstat, mkdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  BackendError,
  type RemoveRestoredRequest,
  type RestoredVolume,
  type RestoreRequest,
} from "@k8s-snapshots/backend-api";
import type { CopyTree } from "./copy-tree.ts";
import type { LocalConfig } from "./local-config.ts";
import { allowedPath, assertRealPathAllowed } from "./local-disk.ts";
import { hasErrno } from "./local-error.ts";
import { removeTree } from "./remove-tree.ts";
import { syncDirectory } from "./snapshot-record.ts";

/** What is restored. */
export interface RestoredData {
  /** Its directory. */
  readonly data: string;

  /** Of what it was taken of. */
  readonly diskId: string;

  /** Sum of the sizes of its files; `undefined`: nobody noted it. */
  readonly sizeBytes: number | undefined;
}

/**
 * Copies `data` to the new directory that `parameters.path` names, or to one beside the old. It appears whole, by a rename; which key it was
 * made for is noted in the snapshot folder before, because the directory itself has no place for it.
 */
export async function restoreDirectory(
  { data, diskId, sizeBytes }: RestoredData,
  request: RestoreRequest,
  config: LocalConfig,
  copyTree: CopyTree,
  signal: AbortSignal,
): Promise<RestoredVolume> {
  const path = targetPath(request, diskId, config);
  await assertParentAllowed(path, config);
  const note = notePath(request.idempotencyKey, config);
  if (await isThere(path)) {
    if ((await readNote(note)) === path) return restoredVolume(path, config);
    throw new BackendError("invalid", `parameter path: ${path} exists already: name a directory that does not`);
  }
  request.onBegun?.({ diskId: path, location: config.location });
  const temporary = join(dirname(path), `.${basename(path)}.restoring-${randomUUID().slice(0, 8)}`);
  try {
    let copied = 0;
    await copyTree(data, temporary, signal, (size) => {
      copied += size;
      if (sizeBytes) request.onProgress?.({ fraction: Math.min(1, copied / sizeBytes) });
    });
    signal.throwIfAborted();
    await mkdir(dirname(note), { recursive: true, mode: 0o700 });
    await writeFile(note, path);
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await removeTree(temporary);
    if (hasErrno(error, "ENOTEMPTY", "EEXIST") && (await readNote(note)) === path) return restoredVolume(path, config);
    throw error;
  }
  return restoredVolume(path, config);
}

/** Removes a directory that a restore with that key has made. */
export async function removeRestoredDirectory(
  { diskId, idempotencyKey }: RemoveRestoredRequest,
  config: LocalConfig,
): Promise<void> {
  const path = allowedPath(diskId, "the disk", config);
  await assertParentAllowed(path, config);
  const note = notePath(idempotencyKey, config);
  if (await isThere(path)) {
    if ((await readNote(note)) !== path) {
      throw new BackendError("invalid", `cannot remove ${path}: the restore ${idempotencyKey} has not made it`);
    }
    await removeTree(path);
    await syncDirectory(dirname(path));
  }
  await rm(note, { force: true });
}

function notePath(key: string, { snapshotDirectory }: LocalConfig): string {
  return join(snapshotDirectory, "restores", createHash("sha256").update(key).digest("hex"));
}

function targetPath({ name, parameters = {} }: RestoreRequest, diskId: string, config: LocalConfig): string {
  const { path = join(dirname(diskId), name), ...others } = parameters;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new BackendError("invalid", `parameter ${unknown} is unknown: there is path only`);
  return allowedPath(path, "parameter path", config);
}

/** The parent may be a link to where nothing may be restored. */
async function assertParentAllowed(path: string, config: LocalConfig): Promise<void> {
  const parent = dirname(path);
  if (!(await isThere(parent))) throw new BackendError("invalid", `parameter path: ${parent} does not exist: make it`);
  await assertRealPathAllowed(join(await realpath(parent), basename(path)), "parameter path", config);
}

function restoredVolume(path: string, { location, nodeName }: LocalConfig): RestoredVolume {
  if (nodeName === undefined) return { diskId: path, location, persistentVolumeSpec: { hostPath: { path } } };
  const expression = { key: "kubernetes.io/hostname", operator: "In", values: [nodeName] };
  const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } };
  return { diskId: path, location, persistentVolumeSpec: { local: { path }, nodeAffinity } };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return false;
    throw error;
  }
}

async function readNote(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
