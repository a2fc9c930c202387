import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { expect, it } from "vitest";
import { root } from "../project/root.ts";
import { anchorsOf, linksOf } from "./markdown.ts";
import { foldersOf, repositoryFiles } from "./repository-files.ts";

const files = await repositoryFiles(root);
const texts = new Map<string, string>();
for (const file of files.filter((each) => each.endsWith(".md")))
  texts.set(file, await readFile(join(root, file), "utf8"));
const there = new Set([...files, ...foldersOf(files), "."]);

it("relative links of all Markdown in the repository lead to files, and their anchors to headings", () => {
  const links = [...texts].flatMap(([file, text]) => linksOf(text).map(({ target }) => ({ file, target })));
  const relative = links.filter(({ target }) => !/^[a-z]+:/.test(target));
  expect(relative.length).toBeGreaterThan(150);
  expect(relative.flatMap(({ file, target }) => faultOf(file, target))).toEqual([]);
});

/** What is wrong with a link, in a list; none if all is well. */
function faultOf(file: string, target: string): readonly string[] {
  const [path = "", anchor] = target.split("#");
  const leadsTo = path === "" ? file : posix.join(posix.dirname(file), decodeURI(path)).replace(/(?<=.)\/$/, "");
  if (!there.has(leadsTo)) return [`${file}: ${target}: no such file`];
  const text = texts.get(leadsTo);
  const isThere = anchor === undefined || text === undefined || anchorsOf(text).has(anchor);
  return isThere ? [] : [`${file}: ${target}: no such heading`];
}
