import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readPublishedPackages } from "../project/workspace-packages.ts";
import { releaseNotes } from "./release-notes.ts";

/** What is new in a version, of all packages that have a changelog yet. */
export async function readNotes(root: string, version: string): Promise<string> {
  const changelogs = new Map<string, string>();
  for (const { folder, manifest } of await readPublishedPackages(root)) {
    const changelog = await readFile(join(root, folder, "CHANGELOG.md"), "utf8").catch(() => undefined);
    if (changelog !== undefined) changelogs.set(manifest.name, changelog);
  }
  return releaseNotes(changelogs, version);
}
