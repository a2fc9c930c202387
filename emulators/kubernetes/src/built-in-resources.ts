import { ApiError } from "./api-error.ts";
import { customResourceDefinitions } from "./custom-resource-definition.ts";
import { events, newerEvents } from "./event-resources.ts";
import { ageOf } from "./human-duration.ts";
import { isJsonObject, type KubernetesObject, objectAt, textAt } from "./kubernetes-object.ts";
import { defineResource, type ResourceDefinition } from "./resource-definition.ts";
import { persistentVolumeClaims, persistentVolumes, storageClasses } from "./storage-resources.ts";
import type { TableColumn } from "./table-column.ts";

const core = { group: "", version: "v1" } as const;
const age: TableColumn = {
  name: "Age",
  type: "string",
  cell: (object, now) => ageOf(object.metadata.creationTimestamp, now),
};

/** `namespaces` */
export const namespaces: ResourceDefinition = defineResource({
  ...core,
  plural: "namespaces",
  kind: "Namespace",
  shortNames: ["ns"],
  namespaced: false,
  statusSubresource: true,
  deleteAnswers: "object",
  columns: [{ name: "Status", type: "string", cell: (namespace) => textAt(namespace, "status.phase") }, age],
  prepare: prepareNamespace,
});

/** What is served besides the resources of CustomResourceDefinitions. */
export const builtInResources: readonly ResourceDefinition[] = [
  namespaces,
  persistentVolumes,
  persistentVolumeClaims,
  events,
  newerEvents,
  storageClasses,
  customResourceDefinitions,
  defineResource({
    ...core,
    plural: "configmaps",
    kind: "ConfigMap",
    shortNames: ["cm"],
    namespaced: true,
    columns: [{ name: "Data", type: "string", cell: (map) => entriesOf(map, "data", "binaryData") }, age],
  }),
  defineResource({
    ...core,
    plural: "secrets",
    kind: "Secret",
    namespaced: true,
    columns: [
      { name: "Type", type: "string", cell: (secret) => textAt(secret, "type") },
      { name: "Data", type: "string", cell: (secret) => entriesOf(secret, "data") },
      age,
    ],
    prepare: prepareSecret,
  }),
  defineResource({
    ...core,
    plural: "nodes",
    kind: "Node",
    shortNames: ["no"],
    namespaced: false,
    statusSubresource: true,
  }),
  defineResource({
    ...core,
    plural: "pods",
    kind: "Pod",
    shortNames: ["po"],
    categories: ["all"],
    namespaced: true,
    statusSubresource: true,
    deleteAnswers: "object",
  }),
  defineResource({
    group: "coordination.k8s.io",
    version: "v1",
    plural: "leases",
    kind: "Lease",
    namespaced: true,
    unconditionalUpdate: false,
    createOnUpdate: true,
    columns: [{ name: "Holder", type: "string", cell: (lease) => textAt(lease, "spec.holderIdentity") }, age],
  }),
];

/** Namespaces that the server makes by itself, and that cannot be deleted. */
export const systemNamespaces: readonly string[] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** @throws {ApiError} 403 if the namespace is one that must stay */
export function assertNamespaceMayGo(name: string): void {
  if (name === "kube-node-lease" || !systemNamespaces.includes(name)) return;
  throw new ApiError(403, "Forbidden", `namespaces "${name}" is forbidden: this namespace may not be deleted`, {
    details: { name, kind: "namespaces" },
  });
}

function prepareNamespace(draft: KubernetesObject): void {
  const { metadata } = draft;
  metadata.labels = { ...metadata.labels, "kubernetes.io/metadata.name": metadata.name };
  draft["spec"] = { finalizers: ["kubernetes"], ...objectAt(draft, "spec") };
  draft["status"] = { phase: metadata.deletionTimestamp === undefined ? "Active" : "Terminating" };
}

function prepareSecret(draft: KubernetesObject): void {
  draft["type"] ??= "Opaque";
  const { stringData } = draft as { stringData?: unknown };
  if (!isJsonObject(stringData)) return;
  const encoded = Object.entries(stringData).map(([name, text]) => [
    name,
    Buffer.from(String(text)).toString("base64"),
  ]);
  draft["data"] = { ...objectAt(draft, "data"), ...Object.fromEntries(encoded) };
  delete draft["stringData"];
}

function entriesOf(object: KubernetesObject, ...fields: readonly string[]): number {
  return fields.reduce((count, field) => count + Object.keys(objectAt(object, field)).length, 0);
}
