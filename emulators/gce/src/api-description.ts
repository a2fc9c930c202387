import { readFileSync } from "node:fs";

/** A value's form, as Google's discovery documents write it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly repeated?: boolean;
}

interface Parameter extends Schema {
  readonly location: "path" | "query";
}

/** One method of the API. */
export interface MethodDescription {
  /** `snapshots.insert` */
  readonly id: string;
  readonly httpMethod: string;
  /** `projects/{project}/global/snapshots` */
  readonly path: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** The schema's name. */
  readonly request?: string;
  readonly response: string;
}

interface Description {
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly methods: Readonly<Record<string, Omit<MethodDescription, "id">>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** Google's own description, cut to what is served: see the README. */
const description = JSON.parse(
  readFileSync(new URL("../data/compute-v1.json", import.meta.url), "utf8"),
) as Description;

const methods = Object.entries(description.methods).map(([id, method]) => ({
  ...method,
  id,
  pattern: new RegExp(`^${method.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
}));

export const schemas: Readonly<Record<string, Schema>> = description.schemas;

/** The query parameters that every method takes. */
export const commonParameters: Readonly<Record<string, Schema>> = description.parameters;

/** The method that an HTTP request calls, and what its path holds; `undefined` if the description has none. */
export function findMethod(
  httpMethod: string,
  path: string,
): { readonly method: MethodDescription; readonly pathParameters: Readonly<Record<string, string>> } | undefined {
  for (const method of methods) {
    const match = method.httpMethod === httpMethod ? method.pattern.exec(path) : null;
    if (match) return { method, pathParameters: { ...match.groups } };
  }
  return undefined;
}
