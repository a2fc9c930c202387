import { constants, type Stats } from "node:fs";
import {
  chmod,
  copyFile,
  type FileHandle,
  lchown,
  lstat,
  lutimes,
  mkdir,
  open,
  readdir,
  readlink,
  symlink,
} from "node:fs/promises";
import { join } from "node:path";
import { BackendError } from "@k8s-snapshots/backend-api";
import { hasErrno } from "./local-error.ts";

/** What {@link copyTree} did. */
export interface CopyReport {
  /** Sum of the sizes of the files. */
  readonly sizeBytes: number;
}

/** As {@link copyTree}. Tests put another one in its place. */
export type CopyTree = (
  source: string,
  target: string,
  signal: AbortSignal,
  onCopied?: OnCopied,
) => Promise<CopyReport>;

/** Called with the size of each file that was copied, in bytes. */
export type OnCopied = (sizeBytes: number) => void;

const isRoot = process.getuid?.() === 0;
/** A file system puts many files on the disk in hardly more time than one. */
const filesAtOnce = 32;

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
// A pipe that took a file's place must not make open wait for a writer.
const fileFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const cloneFlags = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;

/**
 * Copies a directory to `target`, which must not exist, and has it on the disk when it resolves. File contents are
 * shared where the file system can (Btrfs, XFS). Keeps modes, times of modification to the microsecond, symbolic links
 * as they are and, as root, owners. Sockets, pipes and devices are left out: they hold no data. Entries that go away
 * while it runs are left out too, unless it is the directory itself.
 *
 * @param onCopied - default: no listener
 */
export async function copyTree(
  source: string,
  target: string,
  signal: AbortSignal,
  onCopied: OnCopied = () => undefined,
): Promise<CopyReport> {
  const directory = await open(source, directoryFlags);
  try {
    const sizeBytes = await copyEntries(directory, source, target, { signal, onCopied });
    const { nlink } = await directory.stat();
    if (nlink === 0) throw new BackendError("not-found", `${source} was removed while it was copied`);
    return { sizeBytes };
  } finally {
    await directory.close();
  }
}

interface CopyContext {
  readonly signal: AbortSignal;
  readonly onCopied: OnCopied;
}

async function copyEntries(
  directory: FileHandle,
  source: string,
  target: string,
  context: CopyContext,
): Promise<number> {
  const { signal, onCopied } = context;
  await mkdir(target, { mode: 0o700 });
  const inside = pathOf(directory, source);
  const entries = await readdir(inside, { withFileTypes: true });
  let sizeBytes = 0;
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    signal.throwIfAborted();
    sizeBytes += await copyDirectory(join(inside, name), join(target, name), context);
  }
  const others = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink());
  for (let start = 0; start < others.length; start += filesAtOnce) {
    signal.throwIfAborted();
    const copies = others.slice(start, start + filesAtOnce).map(async (entry) => {
      const copy = entry.isFile() ? copyRegularFile : copyLink;
      const size = await copy(join(inside, entry.name), join(target, entry.name));
      onCopied(size);
      return size;
    });
    sizeBytes += await sumOf(copies);
  }
  await putOnDisk(target, await directory.stat());
  return sizeBytes;
}

/** Rejects only when all are over: what goes on would write into what the caller removes. */
async function sumOf(copies: readonly Promise<number>[]): Promise<number> {
  await Promise.allSettled(copies);
  const sizes = await Promise.all(copies);
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function copyDirectory(from: string, to: string, context: CopyContext): Promise<number> {
  const directory = await openIfThere(from, directoryFlags);
  if (!directory) return 0;
  try {
    return await copyEntries(directory, from, to, context);
  } finally {
    await directory.close();
  }
}

async function copyRegularFile(from: string, to: string): Promise<number> {
  const file = await openIfThere(from, fileFlags);
  if (!file) return 0;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return 0;
    await copyFile(pathOf(file, from), to, cloneFlags);
    await putOnDisk(to, stats);
    return stats.size;
  } finally {
    await file.close();
  }
}

async function copyLink(from: string, to: string): Promise<number> {
  try {
    const { uid, gid, atime, mtime } = await lstat(from);
    await symlink(await readlink(from), to);
    if (isRoot) await lchown(to, uid, gid);
    await lutimes(to, atime, mtime);
  } catch (error) {
    if (!hasErrno(error, "ENOENT", "EINVAL")) throw error;
  }
  return 0;
}

/** `undefined` if it went away, or became something else, since its directory was read. */
async function openIfThere(path: string, flags: number): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags);
  } catch (error) {
    if (hasErrno(error, "ENOENT", "ELOOP", "ENOTDIR", "ENXIO")) return undefined;
    throw error;
  }
}

/**
 * A path that leads to what is open, whatever takes its place by name meanwhile. Whoever writes into the volume could
 * otherwise swap a directory for a link, and have a daemon that runs as root copy another's files.
 */
function pathOf(handle: FileHandle, path: string): string {
  return process.platform === "linux" ? `/proc/self/fd/${handle.fd}` : path;
}

async function putOnDisk(path: string, stats: Stats): Promise<void> {
  if (isRoot) await lchown(path, stats.uid, stats.gid);
  await lutimes(path, stats.atime, stats.mtime);
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  // Last: without the right to read it, it could not be opened.
  await chmod(path, stats.mode & 0o7777);
}
