/**
 * What Kubernetes knows of a volume and its storage system does not, as far as it takes to make a PersistentVolume again that
 * was lost. Noted on each snapshot at its creation, as the cluster had it then.
 *
 * Each fact is there whole or not at all. **What is absent is not known**, because it was not there, could not be read, or
 * did not fit: it never stands for a default.
 *
 * @see {@link https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-v1/}
 */
export interface VolumeFacts {
  /** Name of the PersistentVolume. */
  readonly persistentVolume?: string;

  /** The claim that the volume was bound to, of `spec.claimRef`. */
  readonly claim?: { readonly namespace: string; readonly name: string };

  /** `spec.storageClassName`; empty: the volume has no class. */
  readonly storageClass?: string;

  /** `spec.accessModes`. */
  readonly accessModes?: readonly AccessMode[];

  /** `spec.volumeMode`. */
  readonly volumeMode?: "Filesystem" | "Block";

  /** The file system that the volume's source names: `ext4`. */
  readonly fsType?: string;

  /** `spec.capacity.storage`, a quantity as Kubernetes writes it: `10Gi`. */
  readonly capacity?: string;

  /** `spec.csi.driver`. */
  readonly csiDriver?: string;

  /** Zones that `spec.nodeAffinity` allows; a regional disk has several. */
  readonly zones?: readonly string[];
}

/** See {@link https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes}. */
export type AccessMode = "ReadWriteOnce" | "ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOncePod";
