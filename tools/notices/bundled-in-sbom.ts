import type { BundledPackage } from "./notices.ts";

/** The parts of a CycloneDX file that are read here: https://cyclonedx.org/docs/1.7/json/ */
export interface Sbom {
  readonly metadata: { readonly component: { readonly "bom-ref": string } };
  readonly components: readonly { readonly "bom-ref"?: string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** The list with these packages as parts of the program, where it does not have them yet. */
export function addToSbom(sbom: Sbom, packages: readonly BundledPackage[]): Sbom {
  const listed = new Set(sbom.components.map((component) => component["bom-ref"]));
  const components = packages.map(toComponent).filter((component) => !listed.has(component["bom-ref"]));
  const references = components.map((component) => component["bom-ref"]);
  const program = sbom.metadata.component["bom-ref"];
  const { dependsOn = [] } = sbom.dependencies.find(({ ref }) => ref === program) ?? {};
  return {
    ...sbom,
    components: [...sbom.components, ...components],
    dependencies: [
      { ref: program, dependsOn: [...dependsOn, ...references] },
      ...sbom.dependencies.filter(({ ref }) => ref !== program),
      ...references.map((ref) => ({ ref })),
    ],
  };
}

function toComponent({ name, version, license }: BundledPackage) {
  const [, group, ownName = name] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  const purl = `pkg:npm/${group === undefined ? "" : `${encodeURIComponent(group)}/`}${ownName}@${version}`;
  const known = /^[\w.-]+$/.test(license) ? { license: { id: license } } : { expression: license };
  return { type: "library", ...(group && { group }), name: ownName, version, purl, "bom-ref": purl, licenses: [known] };
}
