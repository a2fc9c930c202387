/** Parts with a slash between them, as one flat text: of a template, each part and what ties them would stay in memory. */
export function slashed(...parts: readonly string[]): string {
  return parts.join("/");
}

/** What tells an object from the others of its resource: `NAMESPACE/NAME`, or `NAME`; `undefined` where it has none. */
export function keyOf(object: unknown): string | undefined {
  const { metadata } = (object ?? {}) as { readonly metadata?: unknown };
  const { namespace, name } = (metadata ?? {}) as { readonly namespace?: unknown; readonly name?: unknown };
  if (typeof name !== "string" || name === "") return undefined;
  return typeof namespace === "string" && namespace !== "" ? slashed(namespace, name) : name;
}
