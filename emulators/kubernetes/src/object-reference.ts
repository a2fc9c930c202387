import { badRequest, conflict } from "./api-error.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import type { ResourceDefinition } from "./resource-definition.ts";

/** Names one object of a resource; `namespace` is left out for cluster-scoped ones. */
export interface ObjectReference {
  readonly name: string;
  readonly namespace?: string | undefined;
}

/** What must hold for a deletion to be carried out. */
export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/** @throws {ApiError} 400 if the object names another namespace than the address */
export function assertNamespaceMatches(
  resource: ResourceDefinition,
  namespace: string | undefined,
  { metadata }: KubernetesObject,
): void {
  if (!resource.namespaced || !metadata.namespace || metadata.namespace === namespace) return;
  throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
}

/** @throws {ApiError} 400 if the object names itself otherwise than the address */
export function assertNameMatches({ name }: ObjectReference, { metadata }: KubernetesObject): void {
  if (metadata.name === "") {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
}

/** @throws {ApiError} 409 if the object is not the one, or not the version, that is meant */
export function assertPreconditions(
  resource: ResourceDefinition,
  { metadata }: KubernetesObject,
  { uid, resourceVersion }: Preconditions,
): void {
  if (uid !== undefined && uid !== metadata.uid) {
    const fate = "The object might have been deleted and then recreated";
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). ${fate}`;
    throw conflict(resource, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const found = `does not match the ResourceVersion in record (${metadata.resourceVersion})`;
    const why = `the ResourceVersion in the precondition (${resourceVersion}) ${found}. The object might have been modified`;
    throw conflict(resource, metadata.name, why);
  }
}
