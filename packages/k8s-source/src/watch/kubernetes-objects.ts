import type { PersistentVolumeSpecView, PersistentVolumeView } from "@k8s-snapshots/backend-api";
import type {
  V1ObjectMeta,
  V1ObjectReference,
  V1PersistentVolumeClaimSpec,
  V1PersistentVolumeSpec,
} from "@kubernetes/client-node";
import { slashed } from "./object-key.ts";

// The fields that are kept are the client library's. Times are text here, as the API server writes them; what the library's
// own deserializer makes of them, and the objects that it builds for all other fields, is not needed.

/** API group and version of SnapshotRules, as the seed has it. */
export const SNAPSHOT_RULE_API_VERSION = "k8s-snapshots.elsdoerfer.com/v1";

/** Names one object, as an Event's `involvedObject` or an owner reference does. */
export interface ObjectIdentity {
  readonly apiVersion: string;
  readonly kind: "PersistentVolume" | "PersistentVolumeClaim" | "SnapshotRule";
  /** Absent for a PersistentVolume, which is cluster-scoped. */
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
  /** RFC 3339, as the API server wrote it. */
  readonly creationTimestamp: string;
  /** Of a SnapshotRule: counts the changes of its spec. */
  readonly generation?: number;
}

/** `spec.claimRef` of a PersistentVolume. The uid is there once the volume is bound. */
export type ClaimReference = Readonly<Pick<V1ObjectReference, "namespace" | "name" | "uid">>;

/** What snapshots of a volume carry on, beside what names its disk. */
export type NotedVolumeFields = Readonly<
  Pick<V1PersistentVolumeSpec, "accessModes" | "capacity" | "storageClassName" | "volumeMode">
>;

/** What is kept of a PersistentVolume: what names its disk, what its snapshots note, and what rules are derived from. */
export interface VolumeObject extends PersistentVolumeView {
  readonly metadata: PersistentVolumeView["metadata"] & {
    readonly uid: string;
    readonly creationTimestamp: string;
    /** Since when it is being deleted, and waits for a finalizer. */
    readonly deletionTimestamp?: string;
  };
  readonly spec: PersistentVolumeSpecView & NotedVolumeFields & { readonly claimRef?: ClaimReference };
}

/** What is kept of a PersistentVolumeClaim. */
export interface ClaimObject {
  readonly metadata: NamespacedMetadata;
  readonly spec: Readonly<Pick<V1PersistentVolumeClaimSpec, "volumeName">>;
}

/** What is kept of a SnapshotRule. The API server may hold ones that no schema ever checked, so nothing is assumed. */
export interface SnapshotRuleObject {
  readonly metadata: NamespacedMetadata;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** See {@link ClaimObject} and {@link SnapshotRuleObject}. */
export interface NamespacedMetadata extends Readonly<Required<Pick<V1ObjectMeta, "namespace" | "name" | "uid">>> {
  readonly creationTimestamp: string;
  /** Since when it is being deleted, and waits for a finalizer. */
  readonly deletionTimestamp?: string;
  /** Kept of SnapshotRules only. */
  readonly generation?: number;
  /** Only those that a rule can be made of. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** All that rules are derived from. */
export interface ClusterObjects {
  /** By name. */
  readonly volumes: ReadonlyMap<string, VolumeObject>;
  /** By `namespace/name`. */
  readonly claims: ReadonlyMap<string, ClaimObject>;
  /** By `namespace/name`. */
  readonly snapshotRules: ReadonlyMap<string, SnapshotRuleObject>;
}

export function volumeIdentity(volume: VolumeObject): ObjectIdentity {
  const { name, uid, creationTimestamp } = volume.metadata;
  return { apiVersion: "v1", kind: "PersistentVolume", name, uid, creationTimestamp };
}

export function claimIdentity(claim: ClaimObject): ObjectIdentity {
  const { namespace, name, uid, creationTimestamp } = claim.metadata;
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name, uid, creationTimestamp };
}

export function snapshotRuleIdentity(rule: SnapshotRuleObject): ObjectIdentity {
  const { namespace, name, uid, creationTimestamp, generation } = rule.metadata;
  const identity = { apiVersion: SNAPSHOT_RULE_API_VERSION, namespace, name, uid, creationTimestamp };
  return { ...identity, kind: "SnapshotRule", ...(generation !== undefined && { generation }) };
}

/** `PersistentVolumeClaim/namespace/name` or `PersistentVolume/name`: how messages and ids name an object. */
export function objectPath(identity: ObjectIdentity): string {
  const { kind, namespace, name } = identity;
  return namespace === undefined ? slashed(kind, name) : slashed(kind, namespace, name);
}
