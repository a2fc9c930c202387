import { execFileSync } from "node:child_process";
import { renameSync, rmSync, symlinkSync } from "node:fs";
import {
  chmod,
  lchown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { copyTree } from "./copy-tree.ts";
import { removeTree } from "./remove-tree.ts";

let folder: string;
let source: string;
let target: string;
const { signal } = new AbortController();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "copy-tree-"));
  source = join(folder, "source");
  target = join(folder, "target");
  await mkdir(source);
});

afterEach(() => removeFolder(folder));

describe("a copy of a directory", () => {
  it("holds the same files, in the same directories", async () => {
    await mkdir(join(source, "a/b"), { recursive: true });
    await writeFile(join(source, "a/b/file"), "content");
    await writeFile(join(source, "empty"), "");
    expect(await copyTree(source, target, signal)).toEqual({ sizeBytes: 7 });
    expect((await readdir(target, { recursive: true })).sort()).toEqual(["a", "a/b", "a/b/file", "empty"]);
    expect(await readFile(join(target, "a/b/file"), "utf8")).toBe("content");
  });

  it("keeps modes and times, of directories too", async () => {
    const time = new Date("2020-02-29T12:00:00.123Z");
    await mkdir(join(source, "directory"));
    await writeFile(join(source, "directory/file"), "content");
    await chmod(join(source, "directory/file"), 0o4640);
    await chmod(join(source, "directory"), 0o1550);
    for (const name of ["directory/file", "directory"]) await utimes(join(source, name), time, time);
    await copyTree(source, target, signal);
    for (const [name, mode] of [
      ["directory/file", 0o4640],
      ["directory", 0o1550],
    ] as const) {
      const stats = await lstat(join(target, name));
      expect([name, stats.mode & 0o7777, stats.mtime]).toEqual([name, mode, time]);
    }
    await removeTree(target);
  });

  it.runIf(process.getuid?.() === 0)("keeps owners, where it may", async () => {
    await writeFile(join(source, "file"), "content");
    await symlink("file", join(source, "link"));
    for (const name of [".", "file", "link"]) await lchown(join(source, name), 65534, 65533);
    await copyTree(source, target, signal);
    for (const name of [".", "file", "link"]) {
      expect(await lstat(join(target, name))).toMatchObject({ uid: 65534, gid: 65533 });
    }
  });

  it("keeps symbolic links as they are, also those that lead out or nowhere", async () => {
    await symlink("../outside", join(source, "out"));
    await symlink("/nowhere", join(source, "nowhere"));
    await copyTree(source, target, signal);
    expect(await readlink(join(target, "out"))).toBe("../outside");
    expect(await readlink(join(target, "nowhere"))).toBe("/nowhere");
  });

  it("leaves out pipes and sockets, and does not wait for them", async () => {
    execFileSync("mkfifo", [join(source, "pipe")]);
    const server = createServer().listen(join(source, "socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    await writeFile(join(source, "file"), "content");
    await copyTree(source, target, signal);
    expect(await readdir(target)).toEqual(["file"]);
    await new Promise((resolve) => server.close(resolve));
  });

  it("has its own files: what is written to the source later is not in it", async () => {
    await writeFile(join(source, "file"), "before");
    await link(join(source, "file"), join(source, "second-name"));
    await copyTree(source, target, signal);
    await writeFile(join(source, "file"), "after");
    expect(await readFile(join(target, "file"), "utf8")).toBe("before");
    expect(await readFile(join(target, "second-name"), "utf8")).toBe("before");
  });

  it("lacks what went away while it was made", async () => {
    await writeFile(join(source, "file"), "content");
    await mkdir(join(source, "directory"));
    const removing = signalThat((entry) => {
      if (entry > 1) return;
      rmSync(join(source, "file"));
      rmSync(join(source, "directory"), { recursive: true });
    });
    await copyTree(source, target, removing);
    expect(await readdir(target)).toEqual([]);
  });

  it("follows no link that took the place of a directory or a file while it was made", async () => {
    await mkdir(join(source, "directory"));
    await writeFile(join(source, "file"), "content");
    await mkdir(join(folder, "outside"));
    await writeFile(join(folder, "outside/secret"), "secret");
    const swapping = signalThat((entry) => {
      if (entry > 1) return;
      rmSync(join(source, "file"));
      rmSync(join(source, "directory"), { recursive: true });
      symlinkSync(join(folder, "outside"), join(source, "directory"));
      symlinkSync(join(folder, "outside/secret"), join(source, "file"));
    });
    await copyTree(source, target, swapping);
    expect(await readdir(target)).toEqual([]);
  });

  it("follows no link that took the place of a directory that is being copied", async () => {
    await mkdir(join(source, "directory"));
    await writeFile(join(source, "directory/file"), "own");
    await mkdir(join(folder, "outside"));
    await writeFile(join(folder, "outside/file"), "secret");
    const swapping = signalThat((entry) => {
      if (entry !== 2) return;
      renameSync(join(source, "directory"), join(source, "moved"));
      symlinkSync(join(folder, "outside"), join(source, "directory"));
    });
    await copyTree(source, target, swapping);
    expect(await readFile(join(target, "directory/file"), "utf8")).toBe("own");
  });

  it("can hold more files than are copied at once", async () => {
    const names = Array.from({ length: 300 }, (_, index) => `file-${String(index).padStart(4, "0")}`);
    await Promise.all(names.map((name) => writeFile(join(source, name), name)));
    await copyTree(source, target, signal);
    expect((await readdir(target)).sort()).toEqual(names);
  });
});

describe("a copy that can't be", () => {
  it("refuses a directory that is not there, or is a link", async () => {
    await symlink(source, join(folder, "link"));
    await expect(copyTree(join(folder, "link"), target, signal)).rejects.toThrow();
    await expect(copyTree(join(folder, "missing"), target, signal)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("refuses a target that is there", async () => {
    await mkdir(target);
    await expect(copyTree(source, target, signal)).rejects.toMatchObject({ code: "EEXIST" });
  });

  it("fails if the directory is removed meanwhile", async () => {
    await writeFile(join(source, "file"), "content");
    const removing = signalThat(() => rmSync(source, { recursive: true }));
    await expect(copyTree(source, target, removing)).rejects.toMatchObject({ code: "not-found" });
  });

  it("stops when it is aborted", async () => {
    await writeFile(join(source, "file"), "content");
    await expect(copyTree(source, target, AbortSignal.abort())).rejects.toThrow("aborted");
  });
});

/** A signal that never fires; the copy asks it before each entry, and then `act` is called with their number. */
function signalThat(act: (entry: number) => void): AbortSignal {
  const asked = new AbortController().signal;
  let entry = 0;
  asked.throwIfAborted = () => {
    entry += 1;
    act(entry);
  };
  return asked;
}
