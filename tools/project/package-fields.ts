import type { ProjectAddress } from "./project-address.ts";
import type { PackageManifest, WorkspacePackage } from "./workspace-packages.ts";

const author = "The k8s-snapshots authors";
const license = "BSD-2-Clause";

/** The order of a package.json; what is not named here comes between `engines` and `scripts` as it stands. */
const first = ["name", "version", "private", "description", "keywords", "homepage", "bugs", "repository"];
const second = ["license", "author", "type", "sideEffects", "engines"];

/** A package.json with the fields that all packages have in common; a published one says where it comes from. */
export function withCommonFields({ folder, manifest }: WorkspacePackage, address: ProjectAddress): PackageManifest {
  const origin = {
    homepage: `${address.url}/tree/main/${folder}#readme`,
    bugs: `${address.url}/issues`,
    repository: { type: "git", url: `git+${address.url}.git`, directory: folder },
    author,
    publishConfig: { access: "public", provenance: true, ...(manifest["publishConfig"] as object | undefined) },
  };
  return ordered({ ...manifest, license, ...(manifest.private !== true && origin) });
}

function ordered(manifest: PackageManifest): PackageManifest {
  const names = [...new Set([...first, ...second, ...Object.keys(manifest)])];
  const entries = names.filter((name) => manifest[name] !== undefined).map((name) => [name, manifest[name]]);
  return Object.fromEntries(entries) as PackageManifest;
}
