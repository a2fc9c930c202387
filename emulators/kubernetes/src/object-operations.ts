import { ApiError, alreadyExists, notFound } from "./api-error.ts";
import { assertNamespaceMayGo, namespaces } from "./built-in-resources.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { readDraft } from "./metadata-validation.ts";
import {
  assertNameMatches,
  assertNamespaceMatches,
  assertPreconditions,
  type ObjectReference,
  type Preconditions,
} from "./object-reference.ts";
import { type ObjectStore, objectKey } from "./object-store.ts";
import { patchObject } from "./patch.ts";
import type { ResourceDefinition } from "./resource-definition.ts";
import { changedObject, finalizersOf, isSameContent, markedForDeletion, newObject } from "./write-rules.ts";

/** How a write is carried out. */
export interface WriteOptions {
  readonly subresource?: "status" | undefined;
  /** Everything but the change itself. Default: false. */
  readonly dryRun?: boolean | undefined;
}

/** The verbs of the API on single objects. Objects go in and come out in the resource's own version. */
export class ObjectOperations {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** @throws {ApiError} 404 */
  get(resource: ResourceDefinition, reference: ObjectReference): KubernetesObject {
    return resource.fromStored(this.#existing(resource, reference));
  }

  has(resource: ResourceDefinition, { namespace, name }: ObjectReference): boolean {
    return this.#store.collection(resource.collection).get(objectKey(namespace, name)) !== undefined;
  }

  /** @throws {ApiError} 400, 403, 404 (the namespace), 409, 422 */
  create(
    resource: ResourceDefinition,
    namespace: string | undefined,
    body: unknown,
    options: WriteOptions = {},
  ): KubernetesObject {
    const draft = readDraft(body, resource);
    assertNamespaceMatches(resource, namespace, draft);
    const made = newObject(resource, namespace, resource.toStored(draft));
    this.#assertNamespaceTakesObjects(resource, namespace, made.metadata.name);
    const key = objectKey(namespace, made.metadata.name);
    if (this.#store.collection(resource.collection).get(key) !== undefined) {
      throw alreadyExists(resource, made.metadata.name);
    }
    return resource.fromStored(options.dryRun ? made : this.#store.put(resource.collection, key, made));
  }

  /**
   * Replaces; leases and events are created where there are none.
   *
   * @throws {ApiError} 400, 404, 409, 422
   */
  update(
    resource: ResourceDefinition,
    reference: ObjectReference,
    body: unknown,
    options: WriteOptions = {},
  ): KubernetesObject {
    const draft = readDraft(body, resource);
    assertNameMatches(reference, draft);
    assertNamespaceMatches(resource, reference.namespace, draft);
    if (resource.createOnUpdate && options.subresource === undefined && !this.has(resource, reference)) {
      return this.create(resource, reference.namespace, body, options);
    }
    return this.#replace(resource, this.#existing(resource, reference), resource.toStored(draft), options);
  }

  /** @throws {ApiError} 400, 404, 409, 415, 422 */
  patch(
    resource: ResourceDefinition,
    reference: ObjectReference,
    contentType: string,
    patch: unknown,
    options: WriteOptions = {},
  ): KubernetesObject {
    const current = this.get(resource, reference);
    const draft = readDraft(patchObject(resource, contentType, current, patch), resource);
    assertNameMatches(reference, draft);
    return this.#replace(resource, this.#existing(resource, reference), resource.toStored(draft), options);
  }

  /**
   * Removes the object, or marks it where finalizers hold it.
   *
   * @returns the object as it is then, and whether it is gone
   * @throws {ApiError} 403, 404, 409
   */
  delete(
    resource: ResourceDefinition,
    reference: ObjectReference,
    preconditions: Preconditions = {},
    options: WriteOptions = {},
  ): { readonly object: KubernetesObject; readonly gone: boolean } {
    const existing = this.#existing(resource, reference);
    if (resource.collection === namespaces.collection) assertNamespaceMayGo(reference.name);
    assertPreconditions(resource, existing, preconditions);
    const gone = finalizersOf(existing).length === 0;
    const key = objectKey(reference.namespace, reference.name);
    if (options.dryRun || (!gone && existing.metadata.deletionTimestamp !== undefined)) {
      return { object: resource.fromStored(existing), gone };
    }
    const object = gone
      ? this.#store.remove(resource.collection, key, existing)
      : this.#store.put(resource.collection, key, markedForDeletion(resource, existing));
    return { object: resource.fromStored(object), gone };
  }

  #replace(
    resource: ResourceDefinition,
    previous: KubernetesObject,
    draft: KubernetesObject,
    options: WriteOptions,
  ): KubernetesObject {
    const next = changedObject(resource, previous, draft, options.subresource);
    const { namespace, name, deletionTimestamp, resourceVersion = "" } = previous.metadata;
    const unchanged = { ...next, metadata: { ...next.metadata, resourceVersion } };
    if (options.dryRun || isSameContent(next, previous)) return resource.fromStored(unchanged);
    const key = objectKey(namespace, name);
    if (deletionTimestamp === undefined || finalizersOf(next).length > 0) {
      return resource.fromStored(this.#store.put(resource.collection, key, next));
    }
    this.#store.remove(resource.collection, key, next);
    return resource.fromStored(unchanged);
  }

  #existing(resource: ResourceDefinition, { namespace, name }: ObjectReference): KubernetesObject {
    const object = this.#store.collection(resource.collection).get(objectKey(namespace, name));
    if (object === undefined) throw notFound(resource, name);
    return object;
  }

  #assertNamespaceTakesObjects(resource: ResourceDefinition, namespace: string | undefined, name: string): void {
    if (namespace === undefined) return;
    const { deletionTimestamp } = this.#existing(namespaces, { name: namespace }).metadata;
    if (deletionTimestamp === undefined) return;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    throw new ApiError(403, "Forbidden", `${resource.plural} "${name}" is forbidden: ${why}`, {
      details: {
        name,
        kind: resource.plural,
        causes: [
          {
            reason: "NamespaceTerminating",
            message: `namespace ${namespace} is being terminated`,
            field: "metadata.namespace",
          },
        ],
      },
    });
  }
}
