import type { AccessMode } from "@k8s-snapshots/backend-api";
import type { StorageLocation } from "../commands/storage-location.ts";

/** What a restore is to be made of, as it is named. */
export type RestoreSource =
  | { readonly kind: "claim"; readonly namespace: string | undefined; readonly name: string }
  | { readonly kind: "volume"; readonly name: string }
  | { readonly kind: "snapshot"; readonly id: string }
  /** A claim's name or a snapshot's id. */
  | { readonly kind: "name"; readonly name: string };

/** What a command line says of the volume. */
export interface VolumeFlags {
  /** A quantity: `100Gi`. */
  readonly size?: string;
  /** Empty: none. */
  readonly storageClass?: string;
  readonly accessModes?: readonly AccessMode[];
  readonly volumeMode?: "Filesystem" | "Block";
  readonly fsType?: string;
  readonly zones?: readonly string[];
  readonly csiDriver?: string;
}

/** What `restore` is asked for. */
export interface RestoreWish {
  readonly source: RestoreSource;

  /** Of the new claim, and of a claim that is named without one. `undefined`: where the snapshot came from. */
  readonly namespace: string | undefined;
  readonly claim: string;

  /** The new PersistentVolume's name. `undefined`: one that follows from the claim's. */
  readonly persistentVolume: string | undefined;

  /** The snapshot is this old at least. */
  readonly at: Date | undefined;
  readonly allowOtherNamespace: boolean;

  /** Where to look for snapshots. `undefined`: where the volume, or any rule of the cluster, has its disk. */
  readonly location: StorageLocation | undefined;
  readonly flags: VolumeFlags;

  /** In the storage system's own terms. */
  readonly parameters: Readonly<Record<string, string>>;
}
