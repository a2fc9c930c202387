import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addToSbom, type Sbom } from "../notices/bundled-in-sbom.ts";
import { readNotices } from "../notices/notices.ts";
import { pnpm } from "./pnpm.ts";
import { outputOf, runCommand } from "./run.ts";

/**
 * Writes what the program is made of (CycloneDX), and the licences of it. The packages must have been built.
 *
 * @returns the files
 */
export async function writeSbom(root: string, output: string, version: string): Promise<readonly string[]> {
  const daemon = join(root, "apps/daemon");
  await runCommand(pnpm("run", "build:image"), daemon);
  const notices = await readFile(join(daemon, "build/image/third-party-licenses.txt"), "utf8");
  const listed = pnpm("sbom", "--prod", "--sbom-format", "cyclonedx", "--sbom-type", "application");
  const sbom = addToSbom(JSON.parse(await outputOf(listed, daemon)) as Sbom, readNotices(notices));
  const files = {
    [`k8s-snapshots-${version}.sbom.cdx.json`]: `${JSON.stringify(sbom, undefined, 2)}\n`,
    [`k8s-snapshots-${version}.third-party-licenses.txt`]: notices,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(output, name), content);
  return Object.keys(files).map((name) => join(output, name));
}
