/** The parts of `metadata` that the API server reads or writes. */
export interface ObjectMeta {
  name: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  /** Decimal digits. One counter for all resources, as etcd has it. */
  resourceVersion?: string;
  generation?: number;
  /** RFC 3339, whole seconds, UTC. */
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  [field: string]: unknown;
}

/** An object as the store holds it. Never changed in place: a change is a new value. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** An object as a client sends it: the server fills in what is missing, or refuses. */
export interface ObjectDraft {
  apiVersion?: string;
  kind?: string;
  metadata?: Partial<ObjectMeta>;
  [field: string]: unknown;
}

/** Anything that JSON writes as `{…}`. */
export type JsonObject = Record<string, unknown>;

/** Whether `value` is what JSON writes as `{…}`. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a dotted path leads to: `valueAt(volume, "spec.claimRef.name")`; `undefined` where it leads nowhere. */
export function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const field of path.split(".")) {
    if (!isJsonObject(value)) return undefined;
    value = value[field];
  }
  return value;
}

/** The object that a dotted path leads to; an empty one where there is none. For reading only. */
export function objectAt(object: unknown, path: string): JsonObject {
  const value = valueAt(object, path);
  return isJsonObject(value) ? value : {};
}

/** The text that a dotted path leads to; `""` where there is none. */
export function textAt(object: unknown, path: string): string {
  const value = valueAt(object, path);
  return value === undefined || value === null ? "" : String(value);
}

/** A moment as the API writes it: RFC 3339, UTC, whole seconds. */
export function apiTimestamp(date: Date = new Date()): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}
