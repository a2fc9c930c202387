import { createHash } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const chart = fileURLToPath(new URL("../../../deploy/helm/k8s-snapshots/", import.meta.url));

/**
 * Of all that a rendering of the chart depends on, in hexadecimal. It stands in what was rendered, so that a test without Helm
 * can tell whether that was made of this chart.
 */
export async function chartDigest(): Promise<string> {
  const paths = await Array.fromAsync(glob(["Chart.yaml", "values.yaml", "templates/*", "files/*"], { cwd: chart }));
  const hash = createHash("sha256");
  for (const path of paths.sort()) hash.update(`${path}\0`).update(await readFile(`${chart}${path}`));
  return hash.digest("hex");
}
