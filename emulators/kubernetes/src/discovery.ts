import type { JsonObject } from "./kubernetes-object.ts";
import { groupVersion, type ResourceDefinition } from "./resource-definition.ts";

const allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const statusVerbs = ["get", "patch", "update"];

/** What `/version` answers: the API level that is emulated. */
export const serverVersion: JsonObject = {
  major: "1",
  minor: "36",
  gitVersion: "v1.36.3+emulator",
  gitCommit: "",
  gitTreeState: "",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "",
  compiler: "",
  platform: `${process.platform}/${process.arch}`,
};

/** `/api` */
export function coreVersions(): JsonObject {
  return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
}

/** `/apis` */
export function groupList(resources: readonly ResourceDefinition[]): JsonObject {
  const groups = groupNames(resources).filter((name) => name !== "");
  return { kind: "APIGroupList", apiVersion: "v1", groups: groups.map((name) => describeGroup(resources, name)) };
}

/** `/apis/GROUP`; `undefined` if there is no such group. */
export function groupDocument(resources: readonly ResourceDefinition[], group: string): JsonObject | undefined {
  const exists = resources.some((resource) => resource.group === group);
  return exists ? { kind: "APIGroup", apiVersion: "v1", ...describeGroup(resources, group) } : undefined;
}

/** `/api/v1` and `/apis/GROUP/VERSION`; `undefined` if there is no such version. */
export function resourceList(
  resources: readonly ResourceDefinition[],
  group: string,
  version: string,
): JsonObject | undefined {
  const served = resources.filter((resource) => resource.group === group && resource.version === version);
  const [first] = served;
  if (first === undefined) return undefined;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: groupVersion(first),
    resources: served.flatMap(describeResource),
  };
}

/**
 * `/api` or `/apis` in one document with all their resources, as kubectl asks for it.
 *
 * @see {@link https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery}
 */
export function aggregatedDiscovery(resources: readonly ResourceDefinition[]): JsonObject {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groupNames(resources).map((group) => ({
      metadata: group === "" ? {} : { name: group },
      versions: versionsOf(resources, group).map((version) => ({
        version,
        freshness: "Current",
        resources: resources
          .filter((resource) => resource.group === group && resource.version === version)
          .map(describeForAggregation),
      })),
    })),
  };
}

function describeGroup(resources: readonly ResourceDefinition[], group: string): JsonObject {
  const versions = versionsOf(resources, group).map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

function describeResource(resource: ResourceDefinition): JsonObject[] {
  const { plural, singular, namespaced, kind, shortNames, categories } = resource;
  const optional = {
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  };
  const own = { name: plural, singularName: singular, namespaced, kind, verbs: verbsOf(resource), ...optional };
  if (!resource.statusSubresource) return [own];
  return [own, { name: `${plural}/status`, singularName: "", namespaced, kind, verbs: statusVerbs }];
}

function describeForAggregation(resource: ResourceDefinition): JsonObject {
  const { group, version, kind, plural, singular, namespaced, shortNames, categories } = resource;
  const responseKind = { group, version, kind };
  return {
    resource: plural,
    responseKind,
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs: verbsOf(resource),
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(resource.statusSubresource
      ? { subresources: [{ subresource: "status", responseKind, verbs: statusVerbs }] }
      : {}),
  };
}

/** Namespaces are the one resource that cannot be deleted all at once. */
function verbsOf({ group, plural }: ResourceDefinition): readonly string[] {
  const isNamespaces = group === "" && plural === "namespaces";
  return isNamespaces ? allVerbs.filter((verb) => verb !== "deletecollection") : allVerbs;
}

function groupNames(resources: readonly ResourceDefinition[]): string[] {
  return [...new Set(resources.map(({ group }) => group))];
}

function versionsOf(resources: readonly ResourceDefinition[], group: string): string[] {
  return [...new Set(resources.filter((resource) => resource.group === group).map(({ version }) => version))];
}
