import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import { compareFolders } from "./compare-folders.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "compare-folders-"));
});

afterEach(() => removeFolder(folder));

it("counts the files, and names those that are missing or differ", async () => {
  const one = await make("one", { same: "a", "inner/same": "b", "inner/changed": "before", gone: "c" });
  const other = await make("other", { same: "a", "inner/same": "b", "inner/changed": "later!", added: "d" });
  expect(await compareFolders(one, other)).toEqual({ files: 5, different: ["added", "gone", "inner/changed"] });
  expect(await compareFolders(one, one)).toEqual({ files: 4, different: [] });
});

async function make(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(join(folder, name, "inner"), { recursive: true });
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, name, file), content);
  return join(folder, name);
}
