/**
 * Adds to a CycloneDX file the packages that are in the image because a package of ours has them in its `dist`: they are
 * no dependencies of anything, so that pnpm does not list them.
 *
 *     node add-bundled-to-sbom.ts sbom.cdx.json FOLDER…        FOLDER holds the package.json of one
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const [file = "", ...folders] = process.argv.slice(2);
const sbom = JSON.parse(await readFile(file, "utf8"));
for (const folder of folders) {
  const manifest: Manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  sbom.components.push(toComponent(manifest));
}
await writeFile(file, `${JSON.stringify(sbom, undefined, 2)}\n`);

/** @see {@link https://cyclonedx.org/docs/1.7/json/#components} */
function toComponent({ name, version, license }: Manifest): object {
  const [, group, ownName = name] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  const purl = `pkg:npm/${group === undefined ? "" : `${encodeURIComponent(group)}/`}${ownName}@${version}`;
  const licenses = [{ license: { id: license } }];
  return { type: "library", name: ownName, version, purl, "bom-ref": purl, ...(group && { group }), licenses };
}
