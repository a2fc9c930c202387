import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buildWithGo, goBuildFolder } from "./go-build.ts";

const moduleFolder = join(import.meta.dirname, "..", "actionlint");

/**
 * What checks workflows, which is built where it was not built before.
 *
 * @returns what to do, if there is no way to have it
 */
export async function findActionlint(): Promise<{ readonly program: string } | { readonly missing: string }> {
  const sums = await readFile(join(moduleFolder, "go.sum"));
  const name = `actionlint-${createHash("sha256").update(sums).digest("hex").slice(0, 12)}`;
  const packages = ["github.com/rhysd/actionlint/cmd/actionlint"];
  const failure = await buildWithGo({ name, moduleFolder, packages, takes: "half a minute" });
  return failure === undefined ? { program: join(goBuildFolder(name), "actionlint") } : { missing: failure };
}
