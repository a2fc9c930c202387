import type { JsonObject } from "./kubernetes-object.ts";
import { groupVersion, type ResourceDefinition } from "./resource-definition.ts";

/** `/openapi/v3`: where each version's document is. */
export function openApiIndex(resources: readonly ResourceDefinition[]): JsonObject {
  const paths = [...new Set(resources.map(apiPath))];
  return { paths: Object.fromEntries(paths.map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}` }])) };
}

/**
 * `/openapi/v3/api/v1` and its like: the schemas of custom resources, and what kubectl looks for before it sends an
 * object unchecked: that a patch takes `fieldValidation` and `dryRun`, which leaves the checking to the server.
 *
 * @returns `undefined` if nothing is served there
 */
export function openApiDocument(resources: readonly ResourceDefinition[], path: string): JsonObject | undefined {
  const served = resources.filter((resource) => apiPath(resource) === path);
  if (served.length === 0) return undefined;
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes emulator", version: "v1.36.3" },
    paths: Object.fromEntries(served.map((resource) => [objectPath(resource), { patch: patchOperation(resource) }])),
    components: { schemas: Object.fromEntries(served.flatMap(schemaOf)) },
  };
}

/** Under the name that the real server gives it: `com.example.stable.v1.CronTab`. */
function schemaOf({ group, version, kind, schema }: ResourceDefinition): [string, JsonObject][] {
  if (schema === undefined) return [];
  const name = [...group.split(".").reverse(), version, kind].join(".");
  return [[name, { ...schema, "x-kubernetes-group-version-kind": [{ group, version, kind }] }]];
}

function apiPath(resource: ResourceDefinition): string {
  return resource.group === "" ? `api/${resource.version}` : `apis/${groupVersion(resource)}`;
}

function objectPath(resource: ResourceDefinition): string {
  return `/${apiPath(resource)}${resource.namespaced ? "/namespaces/{namespace}" : ""}/${resource.plural}/{name}`;
}

function patchOperation({ group, version, kind }: ResourceDefinition): JsonObject {
  const parameters = ["dryRun", "fieldValidation"].map((name) => ({ name, in: "query", schema: { type: "string" } }));
  return { "x-kubernetes-action": "patch", "x-kubernetes-group-version-kind": { group, version, kind }, parameters };
}
