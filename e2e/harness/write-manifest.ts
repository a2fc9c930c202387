// pnpm generate, the second half: renders deploy/manifests from the chart.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeFolder } from "../../test-support/temporary-folder.ts";
import { manifestFile, renderManifest } from "./render-manifest.ts";
import { findHelm, Helm } from "./run-helm.ts";

const helm = await findHelm();
if ("missing" in helm) throw new Error(`cannot render ${manifestFile}: there is no Helm; ${helm.missing}`);
const folder = await mkdtemp(join(tmpdir(), "write-manifest-"));
try {
  await writeFile(manifestFile, await renderManifest(new Helm(helm.program, folder)));
} finally {
  await removeFolder(folder);
}
