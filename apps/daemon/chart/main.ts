// pnpm generate: writes the files of the chart that are made of something else.
import { writeFile } from "node:fs/promises";
import { chartFiles } from "./chart-files.ts";

for (const [path, content] of await chartFiles()) {
  await writeFile(new URL(`../../../${path}`, import.meta.url), content);
}
