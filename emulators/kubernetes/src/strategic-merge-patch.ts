import { isJsonObject, type JsonObject } from "./kubernetes-object.ts";

/** Lists of objects that are merged entry by entry, and what tells their entries apart. Others are replaced whole. */
const mergeKeys: Readonly<Record<string, string>> = { conditions: "type", ownerReferences: "uid" };

/** Lists of texts that are merged as sets. */
const mergedSets: ReadonlySet<string> = new Set(["finalizers"]);

const deletionPrefix = "$deleteFromPrimitiveList/";

/**
 * Applies a strategic merge patch, as `kubectl annotate`, `label`, `patch` and `apply` send it: a merge patch in which
 * some lists are merged too, and fields that begin with `$` are directions. Of these, `$patch` and
 * `$deleteFromPrimitiveList` are followed; `$setElementOrder` and `$retainKeys` are of no consequence for the
 * resources served here, and left out.
 *
 * @see {@link https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/}
 */
export function applyStrategicMergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged = isJsonObject(target) && patch["$patch"] !== "replace" ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith(deletionPrefix)) removeTexts(merged, field.slice(deletionPrefix.length), value);
    else if (field.startsWith("$")) continue;
    else if (value === null) delete merged[field];
    else merged[field] = mergeField(field, merged[field], value);
  }
  return merged;
}

function mergeField(field: string, target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch) || !Array.isArray(target)) return applyStrategicMergePatch(target, patch);
  if (mergedSets.has(field)) return [...new Set([...target, ...patch])];
  const mergeKey = mergeKeys[field];
  return mergeKey === undefined ? patch : mergeEntries(mergeKey, target, patch);
}

function mergeEntries(mergeKey: string, target: readonly JsonObject[], patch: readonly JsonObject[]): unknown[] {
  let merged: unknown[] = [...target];
  for (const entry of patch) {
    const index = merged.findIndex((candidate) => isJsonObject(candidate) && candidate[mergeKey] === entry[mergeKey]);
    if (entry["$patch"] === "delete") merged = merged.filter((_, position) => position !== index);
    else if (index < 0) merged.push(entry);
    else merged[index] = applyStrategicMergePatch(merged[index], entry);
  }
  return merged;
}

function removeTexts(merged: JsonObject, field: string, texts: unknown): void {
  const list = merged[field];
  if (Array.isArray(list) && Array.isArray(texts)) merged[field] = list.filter((text) => !texts.includes(text));
}
