import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../project/root.ts";
import { readWorkspacePackages } from "../project/workspace-packages.ts";
import { pictureOf, picturesIn } from "./picture.ts";
import { readImports } from "./read-imports.ts";

const imports = await readImports(root);
const [packages, scheduler] = picturesIn(await readFile(join(root, "docs/design.md"), "utf8"));

it("docs/design.md shows which packages import which", async () => {
  const folders = new Map((await readWorkspacePackages(root)).map(({ folder, manifest }) => [manifest.name, folder]));
  const partOf = (file: string): string | undefined =>
    file.startsWith("@k8s-snapshots/")
      ? folders.get(file.split("/").slice(0, 2).join("/"))
      : /^(?:apps|packages|emulators)\/[^/]+/.exec(file)?.[0];
  expect(packages).toEqual(pictureOf(imports, partOf));
});

it("docs/design.md shows which folders of the scheduler import which", () => {
  const partOf = (file: string): string | undefined => /^packages\/scheduler\/src\/([^/]+)\//.exec(file)?.[1];
  expect(scheduler).toEqual(pictureOf(imports, partOf));
});

it("reads pictures and imports alike", () => {
  const text = "```mermaid\nflowchart TD\n  a --> b & c\n  b --> c\n```\n";
  expect(picturesIn(text)).toEqual([["a → b", "a → c", "b → c"]]);
  const files = new Map([
    ["a/1.ts", ["b/1.ts", "c/1.ts", "a/2.ts", "node:fs"]],
    ["b/1.ts", ["c/1.ts"]],
  ]);
  const partOf = (file: string): string | undefined => /^(\w)\//.exec(file)?.[1];
  expect(pictureOf(files, partOf)).toEqual(["a → b", "a → c", "b → c"]);
});
