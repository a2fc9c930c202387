/** The part of Compute Engine that the backend uses, in Google's own shapes. Each call rejects with a ComputeError. */
export interface ComputeApi {
  /** Makes sure of a token. Rejects with a CredentialsError or a TokenServerError. */
  ensureToken(): Promise<void>;
  /** Whose credentials are used, for people: `service account a@b.iam.gserviceaccount.com, by its key`. */
  identity(signal: AbortSignal | undefined): Promise<string>;
  insertSnapshot(request: InsertSnapshotRequest, options: ComputeCallOptions): Promise<ComputeOperation>;
  getSnapshot(request: SnapshotPath, options: ComputeCallOptions): Promise<ComputeSnapshot>;
  listSnapshots(request: ListRequest, options: ComputeCallOptions): Promise<SnapshotPage>;
  deleteSnapshot(request: SnapshotPath, options: ComputeCallOptions): Promise<ComputeOperation>;
  setSnapshotLabels(request: SetSnapshotLabelsRequest, options: ComputeCallOptions): Promise<ComputeOperation>;
  listOperations(request: ListRequest, options: ComputeCallOptions): Promise<OperationPage>;
  getDisk(request: DiskPath, options: ComputeCallOptions): Promise<ComputeDisk>;
  deleteDisk(request: DiskPath, options: ComputeCallOptions): Promise<ComputeOperation>;
  insertDisk(request: InsertDiskRequest, options: ComputeCallOptions): Promise<ComputeOperation>;
}

export interface ComputeCallOptions {
  readonly signal: AbortSignal | undefined;
  /** Called with the date of each answer, refusals too. */
  readonly onDate: ((date: Date) => void) | undefined;
}

export interface SnapshotPath {
  readonly project: string;
  readonly snapshot: string;
}

export interface SetSnapshotLabelsRequest extends SnapshotPath {
  /** All that it shall have from now on. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of those that it has. */
  readonly labelFingerprint: string;
}

/** Where a disk is: `zones` or `regions`, and which. */
export interface DiskPlace {
  readonly kind: "zones" | "regions";
  readonly place: string;
}

export interface DiskPath extends DiskPlace {
  readonly project: string;
  readonly disk: string;
}

export interface InsertSnapshotRequest {
  readonly project: string;
  /** A UUID. */
  readonly requestId: string;
  readonly snapshotResource: {
    readonly name: string;
    readonly description: string;
    readonly sourceDisk: string;
    readonly labels: Record<string, string>;
    readonly storageLocations?: string[];
    readonly snapshotType?: "ARCHIVE" | "STANDARD";
    readonly guestFlush?: boolean;
    readonly snapshotEncryptionKey?: { readonly kmsKeyName: string };
  };
}

export interface InsertDiskRequest extends DiskPlace {
  readonly project: string;
  readonly requestId: string;
  readonly diskResource: {
    readonly name: string;
    readonly sourceSnapshot: string;
    readonly labels: Record<string, string>;
    readonly type?: string;
    readonly sizeGb?: string;
    readonly replicaZones?: string[];
  };
}

export interface ListRequest {
  readonly project: string;
  /** Google refuses it together with `orderBy`. Default: all. */
  readonly filter?: string;
  readonly orderBy?: "creationTimestamp desc";
  readonly maxResults: number;
  readonly pageToken?: string;
}

type Text = string | null | undefined;

export interface ComputeSnapshot {
  readonly name?: Text;
  readonly description?: unknown;
  readonly sourceDisk?: Text;
  readonly sourceDiskId?: unknown;
  readonly creationTimestamp?: Text;
  readonly status?: unknown;
  readonly storageBytes?: unknown;
  readonly labels?: Readonly<Record<string, string>> | null | undefined;
  readonly labelFingerprint?: Text;
}

/** A page of a list; it may be empty although others follow. */
export interface ComputePage<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken: string | undefined;
}

export type SnapshotPage = ComputePage<ComputeSnapshot>;
export type OperationPage = ComputePage<ComputeOperation>;

export interface ComputeDisk {
  readonly id?: unknown;
  readonly name?: Text;
  /** `CREATING`, `RESTORING`, `READY`, `FAILED`, `DELETING`, `UNAVAILABLE`. */
  readonly status?: unknown;
  readonly labels?: Readonly<Record<string, string>> | null | undefined;
}

export interface ComputeOperation {
  /** The request's id. */
  readonly clientOperationId?: Text;
  readonly status?: unknown;
  readonly insertTime?: Text;
  readonly targetLink?: Text;
  readonly targetId?: unknown;
  readonly httpErrorStatusCode?: unknown;
  readonly error?:
    | { readonly errors?: readonly { readonly code?: Text; readonly message?: Text }[] | null }
    | null
    | undefined;
}
