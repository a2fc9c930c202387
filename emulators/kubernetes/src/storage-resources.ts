import type { FieldFault } from "./field-fault.ts";
import {
  apiTimestamp,
  isJsonObject,
  type JsonObject,
  type KubernetesObject,
  objectAt,
  textAt,
} from "./kubernetes-object.ts";
import { defineResource, type ResourceDefinition } from "./resource-definition.ts";
import { claimColumns, storageClassColumns, volumeColumns } from "./storage-columns.ts";

/** `persistentvolumes` */
export const persistentVolumes: ResourceDefinition = defineResource({
  group: "",
  version: "v1",
  plural: "persistentvolumes",
  kind: "PersistentVolume",
  shortNames: ["pv"],
  namespaced: false,
  statusSubresource: true,
  deleteAnswers: "object",
  columns: volumeColumns,
  prepare: prepareVolume,
  validate: validateVolume,
});

/** `persistentvolumeclaims` */
export const persistentVolumeClaims: ResourceDefinition = defineResource({
  group: "",
  version: "v1",
  plural: "persistentvolumeclaims",
  kind: "PersistentVolumeClaim",
  shortNames: ["pvc"],
  namespaced: true,
  statusSubresource: true,
  deleteAnswers: "object",
  columns: claimColumns,
  prepare: (draft) => {
    draft["spec"] = { ...objectAt(draft, "spec"), volumeMode: textAt(draft, "spec.volumeMode") || "Filesystem" };
    draft["status"] = { phase: "Pending", ...objectAt(draft, "status") };
  },
  validate: validateClaim,
});

/** `storageclasses.storage.k8s.io` */
export const storageClasses: ResourceDefinition = defineResource({
  group: "storage.k8s.io",
  version: "v1",
  plural: "storageclasses",
  kind: "StorageClass",
  shortNames: ["sc"],
  namespaced: false,
  deleteAnswers: "object",
  columns: storageClassColumns,
  prepare: (draft) => {
    draft["reclaimPolicy"] ??= "Delete";
    draft["volumeBindingMode"] ??= "Immediate";
  },
  validate: (object) => (textAt(object, "provisioner") === "" ? [required("provisioner")] : []),
});

/** What a volume's spec says besides its source. */
const commonVolumeFields: ReadonlySet<string> = new Set([
  "accessModes",
  "capacity",
  "claimRef",
  "mountOptions",
  "nodeAffinity",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "volumeAttributesClassName",
  "volumeMode",
]);

function prepareVolume(draft: KubernetesObject, previous: KubernetesObject | undefined): void {
  const spec: JsonObject = {
    persistentVolumeReclaimPolicy: "Retain",
    volumeMode: "Filesystem",
    ...objectAt(draft, "spec"),
  };
  if (isJsonObject(spec["hostPath"])) spec["hostPath"] = { type: "", ...spec["hostPath"] };
  draft["spec"] = spec;
  const status = { phase: "Pending", ...objectAt(draft, "status") };
  const changed = previous === undefined || textAt(previous, "status.phase") !== status.phase;
  draft["status"] = changed ? { ...status, lastPhaseTransitionTime: apiTimestamp() } : status;
}

function validateVolume(volume: KubernetesObject): FieldFault[] {
  const spec = objectAt(volume, "spec");
  const faults: FieldFault[] = [];
  if (!isFilledList(spec["accessModes"])) faults.push(required("spec.accessModes"));
  if (textAt(spec, "capacity.storage") === "") faults.push(required("spec.capacity"));
  const source = Object.keys(spec).find((field) => !commonVolumeFields.has(field));
  if (source === undefined) faults.push(required("spec", "must specify a volume type"));
  return faults;
}

function validateClaim(claim: KubernetesObject): FieldFault[] {
  const faults: FieldFault[] = [];
  if (!isFilledList(objectAt(claim, "spec")["accessModes"])) {
    faults.push(required("spec.accessModes", "at least 1 access mode is required"));
  }
  if (textAt(claim, "spec.resources.requests.storage") === "") faults.push(required("spec.resources[storage]"));
  return faults;
}

function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function required(field: string, why?: string): FieldFault {
  const message = why === undefined ? "Required value" : `Required value: ${why}`;
  return { field, reason: "FieldValueRequired", message };
}
