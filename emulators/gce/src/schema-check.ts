import { type Schema, schemas } from "./api-description.ts";

/**
 * What a value has that its schema does not, or has in another form: one line each. Nothing, if it is as described.
 *
 * @param path - where the value is, for the lines
 */
export function checkAgainstSchema(value: unknown, schema: Schema, path: string): string[] {
  if (schema.$ref !== undefined) {
    const named = schemas[schema.$ref];
    return named ? checkAgainstSchema(value, named, path) : [`${path}: the description lacks ${schema.$ref}`];
  }
  switch (schema.type) {
    case "object":
      return checkObject(value, schema, path);
    case "array":
      return Array.isArray(value)
        ? value.flatMap((item, index) => checkAgainstSchema(item, schema.items ?? {}, `${path}[${index}]`))
        : [`${path} is no list`];
    case "string":
      return checkText(value, schema, path);
    case "integer":
      return Number.isSafeInteger(value) ? [] : [`${path} is no whole number`];
    case "number":
      return typeof value === "number" ? [] : [`${path} is no number`];
    case "boolean":
      return typeof value === "boolean" ? [] : [`${path} is neither true nor false`];
    default:
      return [];
  }
}

function checkObject(value: unknown, { properties = {}, additionalProperties }: Schema, path: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${path} is no object`];
  return Object.entries(value).flatMap(([key, item]) => {
    const schema = properties[key] ?? additionalProperties;
    return schema ? checkAgainstSchema(item, schema, `${path}.${key}`) : [`${path}.${key} is not described`];
  });
}

/** 64-bit numbers are texts of digits: as JSON numbers they would lose some. */
function checkText(value: unknown, schema: Schema, path: string): string[] {
  if (typeof value !== "string") return [`${path} is no text`];
  if (schema.format === "int64" && !/^-?\d{1,19}$/.test(value)) return [`${path} is no int64`];
  if (schema.format === "uint64" && !/^\d{1,20}$/.test(value)) return [`${path} is no uint64`];
  if (schema.enum && !schema.enum.includes(value)) return [`${path} is ${value}, which is not described`];
  return [];
}
