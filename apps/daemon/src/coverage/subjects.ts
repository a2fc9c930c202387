import type { ClaimObject, ClusterObjects, NamespacedMetadata, VolumeObject } from "@k8s-snapshots/k8s-source";

/** Something that people may want snapshots of: a claim with its volume, or a volume that no claim has. */
export interface Subject {
  /** `PersistentVolumeClaim/NAMESPACE/NAME` or `PersistentVolume/NAME`, as rules' ids are. */
  readonly id: string;

  /** The claim, or else the volume. */
  readonly metadata: Pick<NamespacedMetadata, "name" | "deletionTimestamp"> & { readonly namespace?: string };

  readonly claim: ClaimObject | undefined;

  /** `undefined`: the claim has none yet, or the one that it names is not its own. */
  readonly volume: VolumeObject | undefined;
}

/** All of the cluster: each claim once, and each volume that is not a claim's. */
export function* subjectsOf({ claims, volumes }: Pick<ClusterObjects, "claims" | "volumes">): Generator<Subject> {
  for (const [key, claim] of claims) {
    const named = volumes.get(claim.spec.volumeName ?? "");
    const volume = named !== undefined && isVolumeOf(named, claim) ? named : undefined;
    yield { id: `PersistentVolumeClaim/${key}`, metadata: claim.metadata, claim, volume };
  }
  for (const [name, volume] of volumes) {
    const { namespace, name: claimName } = volume.spec.claimRef ?? {};
    const claim = claims.get(`${namespace}/${claimName}`);
    if (claim !== undefined && claim.spec.volumeName === name && isVolumeOf(volume, claim)) continue;
    yield { id: `PersistentVolume/${name}`, metadata: volume.metadata, claim: undefined, volume };
  }
}

/** Whether both name each other, uid and all: a claim may name any volume. */
function isVolumeOf({ spec: { claimRef } }: VolumeObject, { metadata }: ClaimObject): boolean {
  return claimRef?.namespace === metadata.namespace && claimRef.name === metadata.name && claimRef.uid === metadata.uid;
}
