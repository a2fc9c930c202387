/**
 * A disk, as its storage system names it. Two volumes are the same disk if and only if backend, `location` and `id`
 * are equal.
 */
export interface Disk {
  /** What one list covers: the region, project or account. Never empty. */
  readonly location: string;

  /**
   * Unique among the location's disks, now and later: where a storage system reuses names, the id says which of the
   * disks of that name is meant. {@link Snapshot.diskId} equals it. Never empty.
   */
  readonly id: string;

  /**
   * The backend's own note of what it came to know of the disk, such as its zone: handed back to it with each creation as
   * the last {@link SnapshotBackend.diskForVolume} or {@link SnapshotBackend.diskForSpec} gave it, and read by nobody else. Says
   * nothing of which disk it is, may be out of date by then, and holds no secret. Default: none.
   */
  readonly details?: Readonly<Record<string, string>>;
}

/** `spec.disk` of a SnapshotRule, as written: each backend documents its own fields. */
export type DiskSpec = Readonly<Record<string, unknown>>;

/**
 * The part of a PersistentVolume that says which disk it is. Its fields are those of the Kubernetes API; the volume
 * source (`csi`, `hostPath`, …) is passed on as it is, whichever it is.
 *
 * @see {@link https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-v1/}
 */
export interface PersistentVolumeView {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: PersistentVolumeSpecView;
}

/** See {@link PersistentVolumeView}. */
export interface PersistentVolumeSpecView {
  readonly csi?: {
    readonly driver: string;
    readonly volumeHandle: string;
    readonly fsType?: string;
    readonly readOnly?: boolean;
    readonly volumeAttributes?: Readonly<Record<string, string>>;
    /** References to secrets: `nodeStageSecretRef` and the like. */
    readonly [field: string]: unknown;
  };
  readonly awsElasticBlockStore?: { readonly volumeID: string };
  readonly gcePersistentDisk?: { readonly pdName: string };
  readonly hostPath?: { readonly path: string };
  readonly local?: { readonly path: string };
  readonly nodeAffinity?: {
    readonly required?: {
      readonly nodeSelectorTerms: readonly {
        readonly matchExpressions?: readonly {
          readonly key: string;
          readonly operator: string;
          readonly values?: readonly string[];
        }[];
      }[];
    };
  };
  /** Volume sources of other storage systems. */
  readonly [source: string]: unknown;
}
