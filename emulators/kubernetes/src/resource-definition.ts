import type { FieldFault } from "./field-fault.ts";
import type { JsonObject, KubernetesObject } from "./kubernetes-object.ts";
import type { TableColumn } from "./table-column.ts";

/** What the server knows of one resource in one API version. */
export interface ResourceDefinition {
  /** `""` is the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;

  /** Where the objects are kept: versions, and groups that show the same objects, share one. */
  readonly collection: string;

  /** Whether there is `…/status`, and writes to the object itself leave the status alone. */
  readonly statusSubresource: boolean;
  /** Whether a write to `…/status` may change labels and annotations too. */
  readonly statusWritesMetadata: boolean;
  /** Whether `metadata.generation` counts the changes of what is neither metadata nor status. */
  readonly countsGenerations: boolean;
  /** Whether an update without a resourceVersion is taken. */
  readonly unconditionalUpdate: boolean;
  /** Whether an update of what does not exist creates it. */
  readonly createOnUpdate: boolean;
  /** What a deletion answers: the object, or a `Status` of success. */
  readonly deleteAnswers: "object" | "status";
  /** Whether items of a list carry apiVersion and kind. */
  readonly typedListItems: boolean;
  /** Whether a strategic merge patch is taken. */
  readonly strategicMergePatch: boolean;

  /** What `kubectl explain` reads; absent for built-in resources. */
  readonly schema?: JsonObject;

  /** Columns between name and age, in `kubectl get`'s order. */
  readonly columns: readonly TableColumn[];

  /** Field labels that can be selected by, besides `metadata.name` and `metadata.namespace`. */
  readonly selectableFields: Readonly<Record<string, (object: KubernetesObject) => string>>;

  /** Fills in defaults and settles what the client may not decide. Changes `draft`, which nobody else holds. */
  readonly prepare: (draft: KubernetesObject, previous: KubernetesObject | undefined) => void;
  readonly validate: (object: KubernetesObject) => readonly FieldFault[];

  /** From the stored form to this version's, and back. */
  readonly fromStored: (object: KubernetesObject) => KubernetesObject;
  readonly toStored: (object: KubernetesObject) => KubernetesObject;
}

/** `coordination.k8s.io/v1`, `v1` */
export function groupVersion(resource: Pick<ResourceDefinition, "group" | "version">): string {
  return resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
}

/** `leases.coordination.k8s.io`, `persistentvolumes`: what messages, rules and faults call a resource. */
export function resourceName(resource: Pick<ResourceDefinition, "group" | "plural">): string {
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** What must be said of a resource; the rest follows from it, or is what most resources do. */
export type ResourceOutline = Pick<ResourceDefinition, "group" | "version" | "plural" | "kind" | "namespaced"> &
  Partial<ResourceDefinition>;

/** A definition with everything that the outline leaves out. */
export function defineResource(outline: ResourceOutline): ResourceDefinition {
  return {
    singular: outline.kind.toLowerCase(),
    listKind: `${outline.kind}List`,
    shortNames: [],
    categories: [],
    collection: resourceName(outline),
    statusSubresource: false,
    statusWritesMetadata: true,
    countsGenerations: false,
    unconditionalUpdate: true,
    createOnUpdate: false,
    deleteAnswers: "status",
    typedListItems: false,
    strategicMergePatch: true,
    columns: [],
    selectableFields: {},
    prepare: () => {},
    validate: () => [],
    fromStored: (object) => object,
    toStored: (object) => object,
    ...outline,
  };
}
