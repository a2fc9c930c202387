import { badRequest } from "./api-error.ts";
import type { FieldFault } from "./field-fault.ts";
import { isJsonObject, type KubernetesObject, type ObjectDraft, valueAt } from "./kubernetes-object.ts";
import { groupVersion, type ResourceDefinition } from "./resource-definition.ts";

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const qualifiedName = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/**
 * The body of a write, with the type that the resource has where the client left it out.
 *
 * @throws {ApiError} 400 if it is no object of the resource's type
 */
export function readDraft(body: unknown, resource: ResourceDefinition): KubernetesObject {
  if (!isJsonObject(body)) {
    const why = "couldn't get version/kind; json parse error";
    throw badRequest(`the object provided is unrecognized (must be of type ${resource.kind}): ${why}`);
  }
  const { kind = resource.kind, apiVersion = groupVersion(resource), metadata = {} } = body as ObjectDraft;
  if (kind !== resource.kind || apiVersion !== groupVersion(resource)) {
    const why = `no kind "${kind}" of version "${apiVersion}" is served here`;
    throw badRequest(`${kind} in version "${apiVersion}" cannot be handled as a ${resource.kind}: ${why}`);
  }
  for (const field of ["metadata", "metadata.labels", "metadata.annotations"]) assertMap(body, field, resource);
  return { ...body, apiVersion, kind, metadata: { ...metadata, name: metadata?.name ?? "" } };
}

/** What is wrong with the name and the labels. */
export function validateMetadata({ metadata }: KubernetesObject, resource: ResourceDefinition): FieldFault[] {
  const faults: FieldFault[] = [];
  if (metadata.name === "") {
    const message = "Required value: name or generateName is required";
    faults.push({ field: "metadata.name", reason: "FieldValueRequired", message });
  } else if (!isValidName(metadata.name, resource)) {
    const rule =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
      "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
      "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    faults.push(invalidValue("metadata.name", metadata.name, rule));
  }
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (!qualifiedName.test(key)) faults.push(invalidValue("metadata.labels", key, "not a qualified name"));
    if (!labelValue.test(value)) faults.push(invalidValue("metadata.labels", value, "not a valid label value"));
  }
  return faults;
}

function isValidName(name: string, { plural }: ResourceDefinition): boolean {
  return plural === "namespaces" ? name.length <= 63 && label.test(name) : name.length <= 253 && subdomain.test(name);
}

function invalidValue(field: string, value: string, rule: string): FieldFault {
  return { field, reason: "FieldValueInvalid", message: `Invalid value: ${JSON.stringify(value)}: ${rule}` };
}

function assertMap(body: unknown, field: string, { kind, version }: ResourceDefinition): void {
  const value = valueAt(body, field);
  const isMap = value === undefined || value === null || isJsonObject(value);
  const isMapOfTexts = field === "metadata" || Object.values(value ?? {}).every((entry) => typeof entry === "string");
  if (isMap && isMapOfTexts) return;
  const why = `json: cannot unmarshal into Go struct field ObjectMeta.${field} of type ${isMap ? "string" : "map"}`;
  throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
}
