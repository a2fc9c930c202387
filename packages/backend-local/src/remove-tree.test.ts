import { chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeTree } from "./remove-tree.ts";

/** What root may do, nothing can show: then the tests go on as `nobody`. */
const nobody = 65534;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "remove-tree-"));
  if (process.getuid?.() !== 0) return;
  await chown(folder, nobody, nobody);
  process.seteuid?.(nobody);
});

afterEach(async () => {
  if (process.getuid?.() === 0) process.seteuid?.(0);
  await rm(folder, { recursive: true, force: true });
});

describe("the removal of a directory", () => {
  it("goes through directories that are read-only, without being root", async () => {
    await mkdir(join(folder, "tree/inner"), { recursive: true });
    await writeFile(join(folder, "tree/inner/file"), "content");
    await chmod(join(folder, "tree/inner"), 0o500);
    await chmod(join(folder, "tree"), 0o500);
    await removeTree(join(folder, "tree"));
    expect(await readdir(folder)).toEqual([]);
  });

  it("that is not there is a success", async () => {
    await removeTree(join(folder, "missing"));
  });
});
