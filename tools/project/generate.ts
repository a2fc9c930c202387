/**
 * Fills in what follows from the root's package.json: each package's common fields, and the project's address wherever it
 * is named. `pnpm generate:project`; after a move, change `repository` there first.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generatedProjectFiles } from "./generated-files.ts";
import { root } from "./root.ts";

for (const { path, content } of await generatedProjectFiles(root)) {
  await writeFile(join(root, path), content);
  console.log(path);
}
