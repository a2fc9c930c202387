import { ageOf } from "./human-duration.ts";
import { type KubernetesObject, objectAt, textAt } from "./kubernetes-object.ts";
import type { TableColumn } from "./table-column.ts";

/** @see {@link https://github.com/kubernetes/kubernetes/blob/master/pkg/printers/internalversion/printers.go} */
export const volumeColumns: readonly TableColumn[] = [
  { name: "Capacity", type: "string", cell: (volume) => textAt(volume, "spec.capacity.storage") },
  { name: "Access Modes", type: "string", cell: (volume) => accessModes(objectAt(volume, "spec")["accessModes"]) },
  { name: "Reclaim Policy", type: "string", cell: (volume) => textAt(volume, "spec.persistentVolumeReclaimPolicy") },
  { name: "Status", type: "string", cell: phase },
  { name: "Claim", type: "string", cell: claimOf },
  { name: "StorageClass", type: "string", cell: storageClass },
  { name: "VolumeAttributesClass", type: "string", cell: attributesClass },
  { name: "Reason", type: "string", cell: (volume) => textAt(volume, "status.reason") },
  { name: "Age", type: "string", cell: (volume, now) => ageOf(volume.metadata.creationTimestamp, now) },
  { name: "VolumeMode", type: "string", priority: 1, cell: volumeMode },
];

export const claimColumns: readonly TableColumn[] = [
  { name: "Status", type: "string", cell: phase },
  { name: "Volume", type: "string", cell: (claim) => textAt(claim, "spec.volumeName") },
  { name: "Capacity", type: "string", cell: (claim) => ifBound(claim, textAt(claim, "status.capacity.storage")) },
  {
    name: "Access Modes",
    type: "string",
    cell: (claim) => ifBound(claim, accessModes(objectAt(claim, "status")["accessModes"])),
  },
  { name: "StorageClass", type: "string", cell: storageClass },
  { name: "VolumeAttributesClass", type: "string", cell: attributesClass },
  { name: "Age", type: "string", cell: (claim, now) => ageOf(claim.metadata.creationTimestamp, now) },
  { name: "VolumeMode", type: "string", priority: 1, cell: volumeMode },
];

export const storageClassColumns: readonly TableColumn[] = [
  { name: "Provisioner", type: "string", cell: (storage) => textAt(storage, "provisioner") },
  { name: "ReclaimPolicy", type: "string", cell: (storage) => textAt(storage, "reclaimPolicy") },
  { name: "VolumeBindingMode", type: "string", cell: (storage) => textAt(storage, "volumeBindingMode") },
  { name: "AllowVolumeExpansion", type: "string", cell: (storage) => storage["allowVolumeExpansion"] === true },
  { name: "Age", type: "string", cell: (storage, now) => ageOf(storage.metadata.creationTimestamp, now) },
];

const accessModeLetters: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

function accessModes(modes: unknown): string {
  return Array.isArray(modes) ? modes.map((mode) => accessModeLetters[mode] ?? mode).join(",") : "";
}

function phase(object: KubernetesObject): string {
  return object.metadata.deletionTimestamp === undefined ? textAt(object, "status.phase") : "Terminating";
}

function claimOf(volume: KubernetesObject): string {
  const name = textAt(volume, "spec.claimRef.name");
  return name === "" ? "" : `${textAt(volume, "spec.claimRef.namespace")}/${name}`;
}

function ifBound(claim: KubernetesObject, text: string): string {
  return textAt(claim, "spec.volumeName") === "" ? "" : text;
}

function storageClass(object: KubernetesObject): string {
  const annotation = object.metadata.annotations?.["volume.beta.kubernetes.io/storage-class"];
  return annotation ?? textAt(object, "spec.storageClassName");
}

function attributesClass(object: KubernetesObject): string {
  return textAt(object, "spec.volumeAttributesClassName") || "<unset>";
}

function volumeMode(object: KubernetesObject): string {
  return textAt(object, "spec.volumeMode") || "<unset>";
}
