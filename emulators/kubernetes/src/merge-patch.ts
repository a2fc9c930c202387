import { isJsonObject } from "./kubernetes-object.ts";

/**
 * Applies a JSON merge patch: objects are merged, `null` removes, everything else replaces.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7396}
 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged = isJsonObject(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else merged[field] = applyMergePatch(merged[field], value);
  }
  return merged;
}
