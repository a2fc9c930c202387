import type { KubernetesObject, ObjectDraft } from "./kubernetes-object.ts";
import { parseLabelSelector } from "./label-selector.ts";
import type { ObjectOperations } from "./object-operations.ts";
import type { ObjectReference } from "./object-reference.ts";
import type { ObjectStore } from "./object-store.ts";
import type { ResourceRegistry } from "./resource-registry.ts";

/** Which objects {@link StoreAccess.list} returns. */
export interface ListFilter {
  readonly namespace?: string;
  readonly labelSelector?: string;
}

/**
 * The objects, without HTTP, rules or faults: what a test or the demo does behind the server's back, and watches then
 * show. Resources are named as in `kubectl get`: `persistentvolumes`, `leases.coordination.k8s.io`. Objects are copied
 * on the way in and out.
 *
 * Every method throws {@link ApiError}, as the server would answer.
 */
export class StoreAccess {
  readonly #store: ObjectStore;
  readonly #registry: ResourceRegistry;
  readonly #operations: ObjectOperations;

  constructor(store: ObjectStore, registry: ResourceRegistry, operations: ObjectOperations) {
    this.#store = store;
    this.#registry = registry;
    this.#operations = operations;
  }

  /** The resourceVersion of the latest change. */
  get resourceVersion(): string {
    return String(this.#store.revision);
  }

  /** Creates; a namespaced object without a namespace goes to `default`. A status is set too. */
  create(resourceName: string, object: ObjectDraft): KubernetesObject {
    const resource = this.#registry.byName(resourceName);
    const namespace = resource.namespaced ? (object.metadata?.namespace ?? "default") : undefined;
    const made = this.#operations.create(resource, namespace, structuredClone(object));
    if (!resource.statusSubresource || object["status"] === undefined) return structuredClone(made);
    return this.patchStatus(resourceName, referenceTo(made), object["status"]);
  }

  /** Replaces all but the status. */
  update(resourceName: string, object: ObjectDraft): KubernetesObject {
    const resource = this.#registry.byName(resourceName);
    const reference = referenceTo(object);
    return structuredClone(
      this.#operations.update(resource, this.#reference(resourceName, reference), structuredClone(object)),
    );
  }

  /** Applies a JSON merge patch to all but the status. */
  patch(resourceName: string, reference: ObjectReference, patch: ObjectDraft): KubernetesObject {
    return this.#patch(resourceName, reference, patch, undefined);
  }

  /** Applies a JSON merge patch to the status. */
  patchStatus(resourceName: string, reference: ObjectReference, status: unknown): KubernetesObject {
    return this.#patch(resourceName, reference, { status }, "status");
  }

  /** Deletes; an object with finalizers stays until they are gone. */
  delete(resourceName: string, reference: ObjectReference): void {
    this.#operations.delete(this.#registry.byName(resourceName), this.#reference(resourceName, reference));
  }

  /** @throws {ApiError} 404 */
  get(resourceName: string, reference: ObjectReference): KubernetesObject {
    const resource = this.#registry.byName(resourceName);
    return structuredClone(this.#operations.get(resource, this.#reference(resourceName, reference)));
  }

  /** Whether there is such an object. */
  has(resourceName: string, reference: ObjectReference): boolean {
    return this.#operations.has(this.#registry.byName(resourceName), this.#reference(resourceName, reference));
  }

  /** In the order of the API: by namespace, then by name. */
  list(resourceName: string, { namespace, labelSelector = "" }: ListFilter = {}): KubernetesObject[] {
    const resource = this.#registry.byName(resourceName);
    const matches = parseLabelSelector(labelSelector);
    return this.#store
      .collection(resource.collection)
      .entries()
      .map(([, object]) => object)
      .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
      .filter(({ metadata }) => matches(metadata.labels ?? {}))
      .map((object) => structuredClone(resource.fromStored(object)));
  }

  #patch(
    resourceName: string,
    reference: ObjectReference,
    patch: ObjectDraft,
    subresource: "status" | undefined,
  ): KubernetesObject {
    const target = this.#reference(resourceName, reference);
    const resource = this.#registry.byName(resourceName);
    const type = "application/merge-patch+json";
    const options = { subresource };
    return structuredClone(this.#operations.patch(resource, target, type, structuredClone(patch), options));
  }

  #reference(resourceName: string, { name, namespace = "default" }: ObjectReference): ObjectReference {
    return this.#registry.byName(resourceName).namespaced ? { name, namespace } : { name };
  }
}

function referenceTo({ metadata }: ObjectDraft): ObjectReference {
  return { name: metadata?.name ?? "", namespace: metadata?.namespace };
}
