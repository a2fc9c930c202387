import { ageOf } from "./human-duration.ts";
import type { JsonObject, KubernetesObject } from "./kubernetes-object.ts";
import type { ResourceDefinition } from "./resource-definition.ts";
import type { TableColumn } from "./table-column.ts";

/** Which part of its object each row carries: the query parameter `includeObject`. */
export type IncludeObject = "None" | "Metadata" | "Object";

/**
 * Objects as a `Table`, which is what `kubectl get` asks for and prints.
 *
 * @param stored - the objects as they are kept: columns read the stored form
 * @param metadata - the list's
 * @param now - epoch milliseconds, for ages
 * @see {@link https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables}
 */
export function toTable(
  resource: ResourceDefinition,
  stored: readonly KubernetesObject[],
  metadata: JsonObject,
  include: IncludeObject,
  now: number,
): JsonObject {
  const columns = tableColumns(resource);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: columns.map(({ name, type, format = "", description = "", priority = 0 }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
    rows: stored.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, now)),
      ...rowObject(resource, object, include),
    })),
  };
}

const nameColumn: TableColumn = {
  name: "Name",
  type: "string",
  format: "name",
  cell: (object) => object.metadata.name,
};
const ageColumn: TableColumn = {
  name: "Age",
  type: "date",
  description: "How long ago the object was created.",
  cell: (object, now) => ageOf(object.metadata.creationTimestamp, now),
};

function tableColumns({ columns }: ResourceDefinition): readonly TableColumn[] {
  if (columns.some(({ format }) => format === "name")) return columns;
  return [nameColumn, ...(columns.length === 0 ? [ageColumn] : columns)];
}

function rowObject(resource: ResourceDefinition, stored: KubernetesObject, include: IncludeObject): JsonObject {
  if (include === "None") return {};
  if (include === "Object") return { object: resource.fromStored(stored) };
  const { metadata } = stored;
  return { object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata } };
}
