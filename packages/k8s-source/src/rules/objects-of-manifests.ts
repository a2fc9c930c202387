import type { ClaimObject, ClusterObjects, SnapshotRuleObject, VolumeObject } from "../watch/kubernetes-objects.ts";
import { projectClaim, projectSnapshotRule, projectVolume } from "../watch/project-objects.ts";
import { annotationKeys } from "./rule-settings.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * What rules are derived from, out of manifests instead of a cluster: PersistentVolumes, claims and SnapshotRules, of any
 * apiVersion; other kinds are passed over. What only the API server writes (uid, creation time, namespace) is made up where
 * it is missing, so that a claim and a volume that name each other count as bound.
 *
 * @throws {TypeError} if one of them has no name, or annotations that are no texts
 */
export function objectsOfManifests(manifests: readonly object[], deltasAnnotationKey: string): ClusterObjects {
  const keys = annotationKeys(deltasAnnotationKey);
  const volumes = new Map<string, VolumeObject>();
  const claims = new Map<string, ClaimObject>();
  const snapshotRules = new Map<string, SnapshotRuleObject>();
  for (const manifest of manifests as readonly Fields[]) {
    const { kind } = manifest;
    if (kind === "PersistentVolumeClaim") {
      const claim = projectClaim(completed(manifest, true), keys);
      claims.set(`${claim.metadata.namespace}/${claim.metadata.name}`, claim);
    } else if (kind === "SnapshotRule") {
      const rule = projectSnapshotRule(completed(manifest, true), keys);
      snapshotRules.set(`${rule.metadata.namespace}/${rule.metadata.name}`, rule);
    }
  }
  for (const manifest of manifests as readonly Fields[]) {
    if (manifest["kind"] !== "PersistentVolume") continue;
    const volume = bound(projectVolume(completed(manifest, false)), claims);
    volumes.set(volume.metadata.name, volume);
  }
  return { volumes, claims, snapshotRules };
}

const MADE_UP_TIME = "1970-01-01T00:00:00Z";

function completed(manifest: Fields, isNamespaced: boolean): Fields {
  const metadata = fieldsOf(manifest["metadata"]);
  const namespace = isNamespaced ? (metadata["namespace"] ?? "default") : undefined;
  return {
    ...manifest,
    metadata: {
      uid: madeUpUid(manifest["kind"], namespace, metadata["name"]),
      creationTimestamp: MADE_UP_TIME,
      ...metadata,
      ...(namespace !== undefined && { namespace }),
    },
  };
}

/** A manifest that a person wrote names the claim without its uid. */
function bound(volume: VolumeObject, claims: ReadonlyMap<string, ClaimObject>): VolumeObject {
  const { claimRef } = volume.spec;
  if (claimRef === undefined || claimRef.uid !== undefined) return volume;
  const claim = claims.get(`${claimRef.namespace}/${claimRef.name}`);
  if (claim === undefined || claim.metadata.creationTimestamp !== MADE_UP_TIME) return volume;
  return { ...volume, spec: { ...volume.spec, claimRef: { ...claimRef, uid: claim.metadata.uid } } };
}

function madeUpUid(kind: unknown, namespace: unknown, name: unknown): string {
  return [kind, namespace, name].filter((part) => part !== undefined).join("/");
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
