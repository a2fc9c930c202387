import { badRequest, resourceVersionTooLarge, tooOldToContinue, tooOldToList } from "./api-error.ts";
import type { Collection, Entry } from "./collection.ts";
import { decodeContinueToken, encodeContinueToken } from "./continue-token.ts";
import { type FieldSelector, parseFieldSelector } from "./field-selector.ts";
import type { JsonObject, KubernetesObject } from "./kubernetes-object.ts";
import { type LabelSelector, parseLabelSelector } from "./label-selector.ts";
import type { ObjectStore } from "./object-store.ts";
import type { ResourceDefinition } from "./resource-definition.ts";

/** Whether a listing or a watch shows an object. */
export type ObjectFilter = (stored: KubernetesObject) => boolean;

/** One page of a listing. */
export interface Page {
  /** In the stored form. */
  readonly items: readonly KubernetesObject[];
  /** The list's: resourceVersion, continue, remainingItemCount. */
  readonly metadata: JsonObject;
}

/**
 * Lists a resource as the query parameters ask for it: limit, continue, resourceVersion, resourceVersionMatch,
 * labelSelector, fieldSelector.
 *
 * @param namespace - `undefined` lists all namespaces
 * @throws {ApiError} 400, 410, 504
 * @see {@link https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks}
 */
export function listPage(
  store: ObjectStore,
  resource: ResourceDefinition,
  namespace: string | undefined,
  query: URLSearchParams,
): Page {
  const filter = parseFilter(resource, query);
  const limit = parseCount(query.get("limit"));
  const { revision, entries, after } = startingPoint(store, store.collection(resource.collection), query);
  const prefix = namespace === undefined ? "" : `${namespace}/`;
  const items: KubernetesObject[] = [];
  let index = firstIndex(entries, after === undefined ? prefix : `${after}\0`);
  const end = namespace === undefined ? entries.length : firstIndex(entries, `${namespace}0`);
  for (; index < end && (limit === 0 || items.length < limit); index++) {
    const object = entries[index]?.[1];
    if (object !== undefined && filter(object)) items.push(object);
  }
  const remaining = end - index;
  const last = entries[index - 1]?.[0] ?? "";
  return {
    items,
    metadata: {
      resourceVersion: String(revision),
      ...(remaining === 0 ? {} : { continue: encodeContinueToken({ revision, after: last }) }),
      ...(remaining === 0 || hasSelector(query) ? {} : { remainingItemCount: remaining }),
    },
  };
}

/** What labelSelector and fieldSelector ask for. */
export function parseFilter(resource: ResourceDefinition, query: URLSearchParams): ObjectFilter {
  const matchesLabels: LabelSelector = parseLabelSelector(query.get("labelSelector") ?? "");
  const matchesFields: FieldSelector = parseFieldSelector(query.get("fieldSelector") ?? "", resource);
  return (object) => matchesLabels(object.metadata.labels ?? {}) && matchesFields(object);
}

/**
 * Reads a resourceVersion of a query.
 *
 * @returns `undefined` where none is given; `0` means "any will do"
 * @throws {ApiError} 400 if it is no number
 */
export function parseResourceVersion(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}`);
}

interface StartingPoint {
  readonly revision: number;
  readonly entries: readonly Entry[];
  readonly after?: string;
}

function startingPoint(store: ObjectStore, collection: Collection, query: URLSearchParams): StartingPoint {
  const token = query.get("continue");
  if (token) return continuation(store, collection, token);
  const asked = parseResourceVersion(query.get("resourceVersion"));
  if (asked !== undefined && asked > store.revision) throw resourceVersionTooLarge(asked, store.revision);
  if (asked === undefined || query.get("resourceVersionMatch") !== "Exact") {
    return { revision: store.revision, entries: collection.entries() };
  }
  if (asked < collection.oldestRevision) throw tooOldToList();
  return { revision: asked, entries: collection.entriesAt(asked) };
}

function continuation(store: ObjectStore, collection: Collection, token: string): StartingPoint {
  const { revision, after } = decodeContinueToken(token);
  if (revision < 0) return { revision: store.revision, entries: collection.entries(), after };
  if (revision < collection.oldestRevision) throw tooOldToContinue(encodeContinueToken({ revision: -1, after }));
  return { revision, entries: collection.entriesAt(revision), after };
}

/** The first entry whose key is not before `key`. */
function firstIndex(entries: readonly Entry[], key: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.[0] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function parseCount(text: string | null): number {
  if (text === null || text === "") return 0;
  if (/^\d+$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function hasSelector(query: URLSearchParams): boolean {
  return Boolean(query.get("labelSelector")) || Boolean(query.get("fieldSelector"));
}
