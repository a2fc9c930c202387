/** A part of a manifest of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>;

/** The object at a path; empty where there is none. */
export function fieldsAt(value: unknown, ...path: readonly string[]): Fields {
  let at = value;
  for (const name of path) at = isFields(at) ? at[name] : undefined;
  return isFields(at) ? at : {};
}

/** The objects of a list at a path. */
export function listAt(value: unknown, ...path: readonly string[]): readonly Fields[] {
  const list = fieldsAt(value, ...path.slice(0, -1))[path.at(-1) as string];
  return Array.isArray(list) ? list.filter(isFields) : [];
}

/** The text at a path; `undefined` where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const text = fieldsAt(value, ...path.slice(0, -1))[path.at(-1) as string];
  return typeof text === "string" ? text : undefined;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
