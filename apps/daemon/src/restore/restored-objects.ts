import type { PersistentVolumeSpecView, RestoredVolume } from "@k8s-snapshots/backend-api";
import type { NewClaim, NewVolume, VolumeObject } from "@k8s-snapshots/k8s-source";
import type { VolumeShape } from "./volume-shape.ts";

/** Names of what is to be made. */
export interface RestoreTarget {
  readonly namespace: string;
  readonly claim: string;
  readonly persistentVolume: string;
}

/** A PersistentVolume and its claim, as `kubectl apply` takes them. */
export interface RestoredObjects {
  readonly apiVersion: "v1";
  readonly kind: "List";
  readonly items: readonly [NewVolume, NewClaim];
}

/**
 * The PersistentVolume of a restored disk, and a claim for it. Neither carries annotations or labels: whether the new claim
 * gets snapshots is for people to say.
 *
 * @param old - the PersistentVolume of the snapshot's disk, where it is still there: the new one has its form
 */
export function restoredObjects(
  target: RestoreTarget,
  shape: VolumeShape,
  { persistentVolumeSpec }: Pick<RestoredVolume, "persistentVolumeSpec">,
  old: VolumeObject | undefined,
): RestoredObjects {
  const common = {
    accessModes: shape.accessModes.value,
    volumeMode: shape.volumeMode.value,
    storageClassName: shape.storageClass.value,
  };
  const size = { storage: shape.size.value };
  const volume: NewVolume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: target.persistentVolume },
    spec: {
      capacity: size,
      ...common,
      persistentVolumeReclaimPolicy: "Retain",
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        namespace: target.namespace,
        name: target.claim,
      },
      ...(old?.spec["mountOptions"] !== undefined && { mountOptions: old.spec["mountOptions"] }),
      ...sourceOf(persistentVolumeSpec, old?.spec, shape),
    },
  };
  const claim: NewClaim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { namespace: target.namespace, name: target.claim },
    spec: { ...common, volumeName: target.persistentVolume, resources: { requests: size } },
  };
  return { apiVersion: "v1", kind: "List", items: [volume, claim] };
}

/** The new disk as its backend spells it, in the form that the old volume has. */
function sourceOf(
  restored: RestoredVolume["persistentVolumeSpec"],
  old: PersistentVolumeSpecView | undefined,
  shape: VolumeShape,
): object {
  const { csi, hostPath, local, nodeAffinity, ...others } = restored as PersistentVolumeSpecView;
  const source = csi === undefined ? pathOf({ hostPath, local }, old) : { csi: csiOf(csi, old, shape) };
  const isInOldZones = shape.zones === undefined || shape.zones.from.startsWith("pv/");
  const affinity = (isInOldZones ? old?.nodeAffinity : undefined) ?? nodeAffinity;
  return { ...others, ...source, ...(affinity !== undefined && { nodeAffinity: affinity }) };
}

function pathOf(
  { hostPath, local }: { readonly [Source in "hostPath" | "local"]: PersistentVolumeSpecView[Source] | undefined },
  old: PersistentVolumeSpecView | undefined,
): object {
  const restored = hostPath ?? local;
  if (restored === undefined) return {};
  if (old?.local !== undefined) return { local: { ...old.local, ...restored } };
  if (hostPath !== undefined) return { hostPath: { ...old?.hostPath, ...hostPath } };
  return { local };
}

/** Of an in-tree volume, what its driver takes in other words. */
function csiOf(
  restored: NonNullable<PersistentVolumeSpecView["csi"]>,
  old: PersistentVolumeSpecView | undefined,
  { fsType, volumeMode }: VolumeShape,
): object {
  const isOneDriver = old?.csi?.driver === restored.driver;
  const { partition, readOnly } = (old?.awsElasticBlockStore ?? old?.gcePersistentDisk ?? {}) as InTreeFields;
  return {
    ...(isOneDriver && old?.csi),
    ...(readOnly === true && { readOnly }),
    ...(partition !== undefined && partition !== 0 && { volumeAttributes: { partition: `${partition}` } }),
    ...restored,
    ...(fsType !== undefined && volumeMode.value === "Filesystem" && { fsType: fsType.value }),
  };
}

interface InTreeFields {
  readonly partition?: number;
  readonly readOnly?: boolean;
}
