import { isDeepStrictEqual } from "node:util";
import type { KubernetesClient } from "../client/kubernetes-client.ts";
import { isNotFound } from "../client/kubernetes-error.ts";
import { SNAPSHOT_RULE_API_VERSION } from "../watch/kubernetes-objects.ts";
import type { JsonSchema } from "./custom-resource-definition.ts";
import { snapshotRuleSchema } from "./snapshot-rule-schema.ts";

/** Which definition of SnapshotRules a cluster has. */
export type ServedDefinition =
  | { readonly state: "absent" }
  | { readonly state: "current" }
  | {
      readonly state: "outdated";
      /** The fields that are missing or defined otherwise: `spec.deltas`. */
      readonly fields: readonly string[];
    };

/**
 * Compares the definition of SnapshotRules that a cluster serves with the one of this version. Reads what everybody may
 * read, the API server's OpenAPI document. What the cluster defines beyond ours does not matter.
 *
 * @throws as {@link KubernetesClient.request}
 */
export async function servedDefinition(client: Pick<KubernetesClient, "request">): Promise<ServedDefinition> {
  const schema = await readSchema(client);
  if (schema === undefined) return { state: "absent" };
  const fields = (["spec", "status"] as const).flatMap((field) => {
    return [...differences(snapshotRuleSchema.properties?.[field] as JsonSchema, schema.properties?.[field], field)];
  });
  return fields.length === 0 ? { state: "current" } : { state: "outdated", fields };
}

async function readSchema(client: Pick<KubernetesClient, "request">): Promise<JsonSchema | undefined> {
  try {
    const document = await client.request({ path: `/openapi/v3/apis/${SNAPSHOT_RULE_API_VERSION}` });
    const { components } = document as { readonly components?: { readonly schemas?: Record<string, JsonSchema> } };
    return Object.entries(components?.schemas ?? {}).find(([name]) => name.endsWith(".SnapshotRule"))?.[1];
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The fields, `wanted` itself or below it, that are missing in `served` or say something else there. */
function* differences(wanted: JsonSchema, served: JsonSchema | undefined, path: string): Generator<string> {
  if (served === undefined) return yield path;
  const { properties = {}, items, ...own } = wanted;
  const isSame = Object.entries(own).every(([key, value]) => isDeepStrictEqual(served[key as keyof JsonSchema], value));
  if (!isSame) yield path;
  for (const [name, property] of Object.entries(properties)) {
    yield* differences(property, served.properties?.[name], `${path}.${name}`);
  }
  if (items !== undefined) yield* differences(items, served.items, `${path}[]`);
}
