import { isJsonObject, type JsonObject } from "./kubernetes-object.ts";
import { schemaOfField } from "./schema-validation.ts";

/**
 * A copy of `value` without the fields that the schema does not name, and with the defaults that it states.
 *
 * @see {@link https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning}
 */
export function pruneAndDefault(value: unknown, schema: JsonObject): unknown {
  if (Array.isArray(value)) {
    const items = schema["items"];
    return isJsonObject(items) ? value.map((item) => pruneAndDefault(item, items)) : value;
  }
  return isJsonObject(value) ? pruneFields(value, schema) : value;
}

function pruneFields(value: JsonObject, schema: JsonObject): JsonObject {
  const keepsUnknown = schema["x-kubernetes-preserve-unknown-fields"] === true;
  const pruned: JsonObject = {};
  for (const [field, child] of Object.entries(value)) {
    const childSchema = schemaOfField(schema, field);
    if (childSchema !== undefined) pruned[field] = pruneAndDefault(child, childSchema);
    else if (keepsUnknown || schema["additionalProperties"] === true) pruned[field] = child;
  }
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  for (const [field, childSchema] of Object.entries(properties)) {
    if (!isJsonObject(childSchema) || pruned[field] !== undefined || childSchema["default"] === undefined) continue;
    pruned[field] = structuredClone(childSchema["default"]);
  }
  return pruned;
}
