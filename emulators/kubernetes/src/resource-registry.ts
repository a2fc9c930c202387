import { builtInResources } from "./built-in-resources.ts";
import type { ChangeEvent } from "./collection.ts";
import { customResources } from "./custom-resource.ts";
import { customResourceDefinitions } from "./custom-resource-definition.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import type { ObjectStore } from "./object-store.ts";
import { type ResourceDefinition, resourceName } from "./resource-definition.ts";

/** The resources that are served now: the built-in ones, and those of the CustomResourceDefinitions in the store. */
export class ResourceRegistry {
  readonly #store: ObjectStore;
  readonly #fixed: readonly ResourceDefinition[];
  readonly #custom = new Map<string, readonly ResourceDefinition[]>();

  constructor(store: ObjectStore, extra: readonly ResourceDefinition[]) {
    this.#store = store;
    this.#fixed = [...builtInResources, ...extra];
    store.collection(customResourceDefinitions.collection).subscribe((event) => this.#follow(event));
  }

  all(): readonly ResourceDefinition[] {
    return [...this.#fixed, ...[...this.#custom.values()].flat()];
  }

  find(group: string, version: string, plural: string): ResourceDefinition | undefined {
    return this.all().find(
      (resource) => resource.plural === plural && resource.group === group && resource.version === version,
    );
  }

  /**
   * @param name - `persistentvolumes`, `leases` or `leases.coordination.k8s.io`
   * @throws {Error} if no such resource is served
   */
  byName(name: string): ResourceDefinition {
    const found =
      this.all().find((resource) => resourceName(resource) === name) ??
      this.all().find((resource) => resource.plural === name);
    if (found === undefined) throw new Error(`no resource ${JSON.stringify(name)} is served: create its CRD first`);
    return found;
  }

  #follow({ type, object }: ChangeEvent): void {
    if (type !== "DELETED") {
      this.#custom.set(object.metadata.name, customResources(object));
      return;
    }
    this.#custom.delete(object.metadata.name);
    this.#removeAll(object);
  }

  /** With its definition a custom resource loses its objects; the collection has the definition's name. */
  #removeAll(definition: KubernetesObject): void {
    const { name } = definition.metadata;
    for (const [key, object] of this.#store.collection(name).entries()) this.#store.remove(name, key, object);
  }
}
