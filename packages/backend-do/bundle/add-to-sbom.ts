/**
 * Adds what is bundled into this package to a CycloneDX list that pnpm made of what depends on it: pnpm knows only what
 * would be installed. `node bundle/add-to-sbom.ts < SBOM > SBOM`
 */
import { readFileSync } from "node:fs";
import { json } from "node:stream/consumers";

interface Sbom {
  readonly components: object[];
  readonly dependencies: { readonly ref: string; dependsOn?: string[] }[];
}

const licenses = readFileSync(new URL("../dist/third-party-licenses.txt", import.meta.url), "utf8");
const sbom = (await json(process.stdin)) as Sbom;
const ours = sbom.dependencies.find(({ ref }) => ref.startsWith("pkg:npm/%40k8s-snapshots/backend-do@"));
if (!ours) throw new Error("this SBOM is not of something that depends on @k8s-snapshots/backend-do");
for (const [, name = "", version = "", id = ""] of licenses.matchAll(/^=== (\S+) (\S+) \((.+)\)$/gm)) {
  const purl = `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
  ours.dependsOn = [...new Set([...(ours.dependsOn ?? []), purl])];
  if (sbom.dependencies.some(({ ref }) => ref === purl)) continue;
  sbom.components.push({ type: "library", name, version, purl, "bom-ref": purl, licenses: [{ license: { id } }] });
  sbom.dependencies.push({ ref: purl });
}
process.stdout.write(`${JSON.stringify(sbom, null, 2)}\n`);
