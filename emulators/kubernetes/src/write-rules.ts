import { randomInt, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { ApiError, conflict, invalid, staleResourceVersion } from "./api-error.ts";
import type { FieldFault } from "./field-fault.ts";
import { apiTimestamp, type KubernetesObject, objectAt } from "./kubernetes-object.ts";
import { validateMetadata } from "./metadata-validation.ts";
import type { ResourceDefinition } from "./resource-definition.ts";

/**
 * A new object, made from what a client sent: named, dated, with its defaults.
 *
 * @throws {ApiError} 422 if it is invalid
 */
export function newObject(
  resource: ResourceDefinition,
  namespace: string | undefined,
  draft: KubernetesObject,
): KubernetesObject {
  const {
    deletionTimestamp: _deletionTimestamp,
    deletionGracePeriodSeconds: _deletionGracePeriodSeconds,
    managedFields: _managedFields,
    namespace: _namespace,
    resourceVersion,
    ...metadata
  } = draft.metadata;
  if (isGiven(resourceVersion)) {
    throw new ApiError(500, undefined, "resourceVersion should not be set on objects to be created");
  }
  const made: KubernetesObject = {
    ...draft,
    metadata: {
      ...metadata,
      name: metadata.name || generatedName(metadata.generateName),
      ...(namespace === undefined ? {} : { namespace }),
      uid: randomUUID(),
      creationTimestamp: apiTimestamp(),
      ...(resource.countsGenerations ? { generation: 1 } : {}),
    },
  };
  if (resource.statusSubresource) delete made["status"];
  return checked(resource, made, undefined, draft.metadata.name);
}

/**
 * What an object becomes when a client writes `draft` over it.
 *
 * @param subresource - `status` writes the status only; `undefined` writes all but the status, where that has its own
 * @throws {ApiError} 409 if the draft was made from an older version or from another object of the name, 422 if it is
 *   invalid
 */
export function changedObject(
  resource: ResourceDefinition,
  previous: KubernetesObject,
  draft: KubernetesObject,
  subresource: "status" | undefined,
): KubernetesObject {
  assertSameVersion(resource, previous, draft);
  const merged =
    subresource === "status" ? withStatusOf(resource, previous, draft) : withoutStatusOf(resource, previous, draft);
  const { resourceVersion: _resourceVersion, managedFields: _managedFields, ...metadata } = merged.metadata;
  const { namespace, uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds } =
    previous.metadata;
  const settled = { namespace, uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds };
  const next = { ...merged, metadata: withoutUndefined({ ...metadata, ...settled }) as KubernetesObject["metadata"] };
  const changed = checked(resource, next, previous, next.metadata.name);
  if (resource.countsGenerations && !isDeepStrictEqual(desired(resource, changed), desired(resource, previous))) {
    changed.metadata.generation = (generation ?? 0) + 1;
  }
  return changed;
}

/** Whether two versions of an object differ in nothing but the number of the version. */
export function isSameContent(one: KubernetesObject, other: KubernetesObject): boolean {
  return isDeepStrictEqual(withoutVersion(one), withoutVersion(other));
}

/** What keeps a deleted object from going: its finalizers, and a namespace's own. */
export function finalizersOf(object: KubernetesObject): readonly unknown[] {
  const own = object.kind === "Namespace" ? objectAt(object, "spec")["finalizers"] : [];
  return [...(object.metadata.finalizers ?? []), ...(Array.isArray(own) ? own : [])];
}

/** The object, marked as being deleted. */
export function markedForDeletion(resource: ResourceDefinition, object: KubernetesObject): KubernetesObject {
  const { generation } = object.metadata;
  const marked: KubernetesObject = {
    ...object,
    metadata: {
      ...object.metadata,
      deletionTimestamp: apiTimestamp(),
      ...(object.kind === "Namespace" ? {} : { deletionGracePeriodSeconds: 0 }),
      ...(generation === undefined ? {} : { generation: generation + 1 }),
    },
  };
  resource.prepare(marked, object);
  return marked;
}

function assertSameVersion(resource: ResourceDefinition, previous: KubernetesObject, draft: KubernetesObject): void {
  const { name, resourceVersion, uid } = draft.metadata;
  if (isGiven(uid) && uid !== previous.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${previous.metadata.uid}`;
    throw conflict(resource, name, `StorageError: invalid object, Code: 4, AdditionalErrorMsg: ${why}`);
  }
  if (!isGiven(resourceVersion) && !resource.unconditionalUpdate) {
    const message = "Invalid value: 0: must be specified for an update";
    const fault: FieldFault = { field: "metadata.resourceVersion", reason: "FieldValueInvalid", message };
    throw invalid(resource.group, resource.plural, name, [fault]);
  }
  if (isGiven(resourceVersion) && resourceVersion !== previous.metadata.resourceVersion) {
    throw staleResourceVersion(resource, name);
  }
}

function withStatusOf(
  resource: ResourceDefinition,
  previous: KubernetesObject,
  draft: KubernetesObject,
): KubernetesObject {
  const metadata = resource.statusWritesMetadata ? draft.metadata : previous.metadata;
  return withStatus({ ...previous, metadata }, draft["status"]);
}

function withoutStatusOf(
  resource: ResourceDefinition,
  previous: KubernetesObject,
  draft: KubernetesObject,
): KubernetesObject {
  return resource.statusSubresource ? withStatus(draft, previous["status"]) : { ...draft };
}

function withStatus(object: KubernetesObject, status: unknown): KubernetesObject {
  const { status: _status, ...rest } = object;
  return { ...rest, ...(status === undefined ? {} : { status }) } as KubernetesObject;
}

function checked(
  resource: ResourceDefinition,
  draft: KubernetesObject,
  previous: KubernetesObject | undefined,
  nameInMessages: string,
): KubernetesObject {
  resource.prepare(draft, previous);
  const faults = [...validateMetadata(draft, resource), ...resource.validate(draft)];
  if (faults.length > 0) throw invalid(resource.group, resource.kind, nameInMessages, faults);
  return draft;
}

/** What `metadata.generation` counts the changes of. */
function desired(resource: ResourceDefinition, object: KubernetesObject): unknown {
  const { metadata: _metadata, status, ...rest } = object;
  return resource.statusSubresource ? rest : { ...rest, status };
}

function withoutVersion(object: KubernetesObject): unknown {
  const { resourceVersion: _resourceVersion, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function isGiven(value: string | undefined): boolean {
  return value !== undefined && value !== null && value !== "" && value !== "0";
}

const nameAlphabet = "bcdfghjklmnpqrstvwxz2456789";

/** As the server completes `generateName`: five letters and digits that spell nothing. */
function generatedName(prefix: string | undefined): string {
  if (!prefix) return "";
  return prefix + Array.from({ length: 5 }, () => nameAlphabet[randomInt(nameAlphabet.length)]).join("");
}
