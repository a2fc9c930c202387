import { badRequest } from "./api-error.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import type { ResourceDefinition } from "./resource-definition.ts";

/** Whether an object is selected. */
export type FieldSelector = (object: KubernetesObject) => boolean;

/**
 * Reads `fieldSelector`: `metadata.name=a,involvedObject.kind!=Pod`.
 *
 * @throws {ApiError} 400 if it cannot be read, or names a field that the resource cannot be selected by
 * @see {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/}
 */
export function parseFieldSelector(text: string, resource: ResourceDefinition): FieldSelector {
  if (text.trim() === "") return () => true;
  const requirements = text.split(",").map((part) => parseRequirement(part.trim(), resource));
  return (object) => requirements.every((holds) => holds(object));
}

function parseRequirement(text: string, resource: ResourceDefinition): FieldSelector {
  const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(text);
  if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${text}'`);
  const [, field = "", operator, wanted] = match;
  const read = fieldReader(field, resource);
  return (object) => (operator !== "!=") === (read(object) === wanted);
}

function fieldReader(field: string, resource: ResourceDefinition): (object: KubernetesObject) => string {
  if (field === "metadata.name") return (object) => object.metadata.name;
  if (field === "metadata.namespace") return (object) => object.metadata.namespace ?? "";
  const read = Object.hasOwn(resource.selectableFields, field) ? resource.selectableFields[field] : undefined;
  if (read === undefined) throw badRequest(`field label not supported: ${field}`);
  return read;
}
