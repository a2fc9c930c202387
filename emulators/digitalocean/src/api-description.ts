import { readFileSync } from "node:fs";
import { Ajv2019, type ValidateFunction } from "ajv/dist/2019.js";
import ajvFormats from "ajv-formats";

/** One operation of DigitalOcean's description. */
export interface Operation {
  /** `volumeSnapshots_create`. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly scopes: readonly string[];
  readonly query: Readonly<Record<string, object>>;
  readonly request?: object;
  /** By status, and `default`; `null` for an answer without content. */
  readonly responses: Readonly<Record<string, object | null>>;
}

type Schema = Readonly<Record<string, unknown>>;

const file = new URL("../data/block-storage-v2.json", import.meta.url);
const description = JSON.parse(readFileSync(file, "utf8")) as {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, Schema>>;
};

/** Sent by godo, and not in the description. */
const undescribedFields: Readonly<Record<string, readonly string[]>> = {
  volumeSnapshots_create: ["volume_id", "description"],
};

const routes = description.operations.map((operation) => ({
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
}));
const validators = new Map<string, ValidateFunction>();
const ajv = new Ajv2019({
  strict: false,
  allErrors: true,
  unicodeRegExp: false,
  schemas: { api: closedDescription() },
});
ajvFormats.default(ajv);

/** The operation that a request is for, and what stands for the names in its path. */
export function findOperation(
  method: string,
  path: string,
): { readonly operation: Operation; readonly parameters: Readonly<Record<string, string>> } | undefined {
  for (const { operation, pattern } of routes) {
    const match = operation.method === method ? pattern.exec(path) : null;
    if (match) return { operation, parameters: { ...match.groups } };
  }
  return undefined;
}

/** What in a request is not as described: one line each. */
export function faultsOfRequest(
  operation: Operation,
  query: Readonly<Record<string, string>>,
  body: unknown,
): string[] {
  const typed = Object.entries(query).map(([name, value]) => {
    const isNumber = (operation.query[name] as Schema | undefined)?.["type"] === "integer" && /^\d+$/.test(value);
    return [name, isNumber ? Number(value) : value];
  });
  const faults = faultsOf(`operations/${operation.id}/query`, Object.fromEntries(typed), `${operation.id} query`);
  if (operation.request === undefined) {
    return body === undefined ? faults : [...faults, `${operation.id}: takes no body`];
  }
  const known = undescribedFields[operation.id] ?? [];
  const described = Object.fromEntries(Object.entries(body ?? {}).filter(([name]) => !known.includes(name)));
  return [...faults, ...faultsOf(`operations/${operation.id}/request`, described, `${operation.id} request`)];
}

/** What in an answer is not as described: one line each. */
export function faultsOfAnswer({ id, responses }: Operation, status: number, body: unknown): string[] {
  const key = String(status) in responses ? String(status) : "default";
  if (responses[key] === null) return body === undefined ? [] : [`${id} answer ${status}: has a body`];
  return faultsOf(`operations/${id}/responses/${key}`, body, `${id} answer ${status}`);
}

function faultsOf(pointer: string, value: unknown, where: string): string[] {
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: `api#/${pointer}` });
  validators.set(pointer, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${where}${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** The description as one schema, in which no object may have a field that is not described. */
function closedDescription(): Schema {
  const operations = description.operations.map(({ id, query, request, responses }) => [
    id,
    {
      query: { type: "object", properties: query, additionalProperties: false },
      ...(request && { request: closed(request as Schema) }),
      responses: Object.fromEntries(
        Object.entries(responses).map(([status, each]) => [status, each && closed(each as Schema)]),
      ),
    },
  ]);
  const schemas = Object.fromEntries(
    Object.entries(description.schemas).map(([name, each]) => [name, withClosedParts(each)]),
  );
  return { operations: Object.fromEntries(operations), components: { schemas } };
}

function closed(schema: Schema): Schema {
  const isObject = ["$ref", "properties", "allOf", "anyOf"].some((keyword) => keyword in schema);
  return isObject ? { ...withClosedParts(schema), unevaluatedProperties: false } : withClosedParts(schema);
}

/** The branches of `allOf` and `anyOf` stay open: they describe one object together. */
function withClosedParts(schema: Schema): Schema {
  const parts: Record<string, unknown> = { ...schema };
  const { properties, items, allOf, anyOf } = schema as {
    properties?: Record<string, Schema>;
    items?: Schema;
    allOf?: Schema[];
    anyOf?: Schema[];
  };
  if (properties) {
    parts["properties"] = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, closed(each)]));
  }
  if (items) parts["items"] = closed(items);
  if (allOf) parts["allOf"] = allOf.map(withClosedParts);
  if (anyOf) parts["anyOf"] = anyOf.map(withClosedParts);
  return parts;
}
