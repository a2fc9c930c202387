import { ageOf } from "./human-duration.ts";
import { parseJsonPath } from "./json-path.ts";
import { isJsonObject, type JsonObject, type KubernetesObject, objectAt, textAt } from "./kubernetes-object.ts";
import { defineResource, type ResourceDefinition } from "./resource-definition.ts";
import { pruneAndDefault } from "./schema-pruning.ts";
import { validateSchema } from "./schema-validation.ts";
import type { TableColumn } from "./table-column.ts";

/** The resources that a CustomResourceDefinition serves: one for each served version. */
export function customResources(definition: KubernetesObject): ResourceDefinition[] {
  const versions = objectAt(definition, "spec")["versions"];
  if (!Array.isArray(versions)) return [];
  return versions.filter((version) => version["served"] === true).map((version) => customResource(definition, version));
}

function customResource(definition: KubernetesObject, version: JsonObject): ResourceDefinition {
  const names = objectAt(definition, "spec.names");
  const group = textAt(definition, "spec.group");
  const apiVersion = `${group}/${textAt(version, "name")}`;
  const schema = objectAt(version, "schema.openAPIV3Schema");
  return defineResource({
    group,
    version: textAt(version, "name"),
    plural: textAt(names, "plural"),
    singular: textAt(names, "singular"),
    kind: textAt(names, "kind"),
    listKind: textAt(names, "listKind"),
    shortNames: texts(names["shortNames"]),
    categories: texts(names["categories"]),
    namespaced: textAt(definition, "spec.scope") === "Namespaced",
    statusSubresource: isJsonObject(objectAt(version, "subresources")["status"]),
    statusWritesMetadata: false,
    countsGenerations: true,
    unconditionalUpdate: false,
    typedListItems: true,
    strategicMergePatch: false,
    schema,
    ...printerColumns(version["additionalPrinterColumns"]),
    prepare: (draft) => prune(draft, schema),
    validate: (object) => validateSchema(withoutTypeAndMetadata(object), schema),
    fromStored: (object) => ({ ...object, apiVersion }),
  });
}

/** The schema says nothing of `apiVersion`, `kind` and `metadata`; they stay as they are. */
function prune(draft: KubernetesObject, schema: JsonObject): void {
  const pruned = pruneAndDefault(withoutTypeAndMetadata(draft), schema) as JsonObject;
  for (const field of Object.keys(withoutTypeAndMetadata(draft))) delete draft[field];
  Object.assign(draft, pruned);
}

function withoutTypeAndMetadata(object: KubernetesObject): JsonObject {
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...rest } = object;
  return rest;
}

function printerColumns(columns: unknown): { columns?: readonly TableColumn[] } {
  return Array.isArray(columns) ? { columns: columns.filter(isJsonObject).map(printerColumn) } : {};
}

function printerColumn(column: JsonObject): TableColumn {
  const path = textAt(column, "jsonPath");
  const select = parseJsonPath(path) ?? (() => []);
  const type = textAt(column, "type") as TableColumn["type"];
  return {
    name: textAt(column, "name"),
    type,
    format: textAt(column, "format"),
    description: textAt(column, "description") || `Custom resource definition column (in JSONPath format): ${path}`,
    priority: Number(column["priority"] ?? 0),
    cell: (object, now) => printed(select(object)[0], type, now),
  };
}

function printed(value: unknown, type: TableColumn["type"], now: number): ReturnType<TableColumn["cell"]> {
  if (value === undefined || value === null) return null;
  if (type === "date") return ageOf(value, now);
  if (type === "string") return typeof value === "string" ? value : JSON.stringify(value);
  return typeof value === "number" || typeof value === "boolean" ? value : null;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
