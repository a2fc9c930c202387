import type { FieldFault } from "./field-fault.ts";
import { isJsonObject, type JsonObject } from "./kubernetes-object.ts";

/**
 * What a value has against an OpenAPI v3 schema: types, required fields, enumerations, bounds and patterns. Formats,
 * `oneOf` and its like, and CEL rules are not looked at.
 *
 * @param path - of the value; `""` is the whole object
 * @see {@link https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation}
 */
export function validateSchema(value: unknown, schema: JsonObject, path = ""): FieldFault[] {
  if (value === null && schema["nullable"] === true) return [];
  if (schema["x-kubernetes-int-or-string"] === true) {
    return Number.isInteger(value) || typeof value === "string" ? [] : [typeFault(value, "integer,string", path)];
  }
  const wanted = schema["type"];
  if (typeof wanted === "string" && !isOfType(value, wanted)) return [typeFault(value, wanted, path)];
  const own = [...valueFaults(value, schema, path)];
  if (Array.isArray(value)) return [...own, ...value.flatMap((item, index) => itemFaults(item, schema, path, index))];
  return isJsonObject(value) ? [...own, ...fieldFaults(value, schema, path)] : own;
}

function fieldFaults(value: JsonObject, schema: JsonObject, path: string): FieldFault[] {
  const required = Array.isArray(schema["required"]) ? (schema["required"] as string[]) : [];
  const missing = required
    .filter((field) => value[field] === undefined)
    .map(
      (field): FieldFault => ({ field: join(path, field), reason: "FieldValueRequired", message: "Required value" }),
    );
  const present = Object.entries(value).flatMap(([field, child]) => {
    const childSchema = schemaOfField(schema, field);
    return childSchema === undefined ? [] : validateSchema(child, childSchema, join(path, field));
  });
  return [...missing, ...present];
}

function itemFaults(item: unknown, schema: JsonObject, path: string, index: number): FieldFault[] {
  return isJsonObject(schema["items"]) ? validateSchema(item, schema["items"], `${path}[${index}]`) : [];
}

function* valueFaults(value: unknown, schema: JsonObject, path: string): Generator<FieldFault> {
  const { enum: allowed, pattern, minLength, maxLength, minimum, maximum, minItems, maxItems } = schema;
  const invalid = (rule: string): FieldFault => ({
    field: path,
    reason: "FieldValueInvalid",
    message: `Invalid value: ${JSON.stringify(value)}: ${path} in body should ${rule}`,
  });
  if (Array.isArray(allowed) && !allowed.includes(value)) {
    const supported = allowed.map((choice) => JSON.stringify(choice)).join(", ");
    const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`;
    yield { field: path, reason: "FieldValueNotSupported", message };
  }
  if (typeof value === "string") {
    if (typeof minLength === "number" && value.length < minLength) yield invalid(`be at least ${minLength} chars long`);
    if (typeof maxLength === "number" && value.length > maxLength) yield invalid(`be at most ${maxLength} chars long`);
    if (typeof pattern === "string" && !new RegExp(pattern).test(value)) yield invalid(`match '${pattern}'`);
  }
  if (typeof value === "number") {
    if (typeof minimum === "number" && value < minimum) yield invalid(`be greater than or equal to ${minimum}`);
    if (typeof maximum === "number" && value > maximum) yield invalid(`be less than or equal to ${maximum}`);
  }
  if (Array.isArray(value)) {
    if (typeof minItems === "number" && value.length < minItems) yield invalid(`have at least ${minItems} items`);
    if (typeof maxItems === "number" && value.length > maxItems) yield invalid(`have at most ${maxItems} items`);
  }
}

/** The schema of one field of an object: its own, or the one for all fields that are not named. */
export function schemaOfField(schema: JsonObject, field: string): JsonObject | undefined {
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  const own = Object.hasOwn(properties, field) ? properties[field] : schema["additionalProperties"];
  return isJsonObject(own) ? own : undefined;
}

function typeFault(value: unknown, wanted: string, path: string): FieldFault {
  const found = JSON.stringify(typeOf(value));
  const message = `Invalid value: ${found}: ${path} in body must be of type ${wanted}: ${found}`;
  return { field: path, reason: "FieldValueTypeInvalid", message };
}

function isOfType(value: unknown, wanted: string): boolean {
  const found = typeOf(value);
  return found === wanted || (wanted === "number" && found === "integer");
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

function join(path: string, field: string): string {
  return path === "" ? field : `${path}.${field}`;
}
