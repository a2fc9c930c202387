import type { BackendError } from "../backend-error.ts";
import type { BackendCapabilities } from "../capabilities.ts";
import type { Disk, DiskSpec, PersistentVolumeView } from "../disk.ts";
import type { CreateSnapshotGroupRequest } from "../group.ts";
import type { RemoveRestoredRequest, RestoreRequest } from "../restore.ts";
import type { CreateSnapshotRequest, Labels, ListSnapshotsRequest, SnapshotReference } from "../snapshot.ts";

/** How the storage system in memory behaves. Nothing in it reads a clock or sets a timer but what is given here. */
export interface MemoryBackendOptions {
  /** {@link SnapshotBackend.name}. Default: `memory`. */
  readonly name?: string;

  /** The locations there are, beside those of the disks added. Default: none. */
  readonly locations?: readonly string[];

  /**
   * Overrides of what the backend declares. The storage system refuses what goes beyond `maxSnapshotsPerDisk`,
   * `maxPendingPerDisk`, `maxPendingPerLocation` (`limit-reached`) and `minIntervalMs` (`throttled`), and its lists lag
   * by `listLagMs`: a new snapshot is listed only after it, a deleted one lingers as it was; a watch does not lag. With
   * `restore: false` there is no `restoreSnapshot` and no `removeRestored`, and the same holds for `read`, `setLabels`, `groups`,
   * `watch` and `limits`. Default: all of them, no limits, no lag.
   */
  readonly capabilities?: Partial<BackendCapabilities>;

  /**
   * Most snapshots over all disks of one location, whosever they are: beyond them creation is `limit-reached`, with the
   * scope `account`. A quota that no capability tells; `readLimits` does. Default: none.
   */
  readonly accountLimit?: number;

  /** Whether answers carry the date of the storage system's clock ({@link CallOptions.onDate}). Default: true. */
  readonly sendsDate?: boolean;

  /** The storage system's clock. Default: the machine's. */
  readonly now?: () => Date;

  /**
   * Waits that many milliseconds; rejects if the signal fires. A watch waits with it for snapshots to become ready. Default:
   * a timer of the machine.
   */
  readonly delay?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;

  /** How long, in milliseconds, a request and its answer take together. With 0, {@link delay} isn't called. Default: 0. */
  readonly latencyMs?: number;

  /**
   * How long, in milliseconds, a snapshot of that disk stays pending; `undefined`: until
   * {@link MemoryStorage.setState} ends it. Default: 0, ready at once.
   */
  readonly snapshotDuration?: (disk: Disk) => number | undefined;

  /**
   * Whether the storage system takes idempotency tokens, or its backend keeps the key in a label and looks for it (in
   * the list, with its lag) only if {@link CreateSnapshotRequest.mayExist} says so. Default: `token`.
   */
  readonly idempotency?: "token" | "label";

  /** How many snapshots, whosever they are, one request of a list goes through. Default: 1,000. */
  readonly pageSize?: number;

  /** Asked at each call what goes wrong with it. Default: nothing does. */
  readonly faults?: (call: MemoryCall) => MemoryFault | undefined;
}

/** One call of a method of the backend. */
export type MemoryCall =
  | { readonly operation: "diskForVolume"; readonly request: PersistentVolumeView }
  | { readonly operation: "diskForSpec"; readonly request: DiskSpec }
  | { readonly operation: "listSnapshots"; readonly request: ListSnapshotsRequest }
  | { readonly operation: "createSnapshot"; readonly request: CreateSnapshotRequest }
  | { readonly operation: "deleteSnapshot"; readonly request: SnapshotReference }
  | { readonly operation: "readSnapshot"; readonly request: SnapshotReference }
  | { readonly operation: "setSnapshotLabels"; readonly request: SnapshotReference; readonly labels: Labels }
  | { readonly operation: "checkAccess"; readonly request: string }
  | { readonly operation: "restoreSnapshot"; readonly request: RestoreRequest }
  | { readonly operation: "removeRestored"; readonly request: RemoveRestoredRequest }
  | { readonly operation: "createSnapshotGroup"; readonly request: CreateSnapshotGroupRequest }
  | { readonly operation: "watchSnapshots"; readonly request: ListSnapshotsRequest }
  | { readonly operation: "readLimits"; readonly request: string };

/** The methods of a backend. */
export type MemoryOperation = MemoryCall["operation"];

/** What goes wrong with one call. Several fields together happen together. */
export interface MemoryFault {
  /** The call fails with this, and nothing was done. */
  readonly before?: BackendError;

  /** Everything is done, then the call fails with this. A list fails after its last page, a watch before it started. */
  readonly after?: BackendError;

  /** As {@link after}, with `unavailable` and the outcome `unknown`. */
  readonly loseAnswer?: boolean;

  /** A list yields that many pages and fails with {@link pageError} when it comes to the next. */
  readonly failAfterPages?: number;

  /** Default: `unavailable`. */
  readonly pageError?: BackendError;

  /** A watch ends once it has yielded that many changes. */
  readonly endAfterChanges?: number;

  /** With {@link endAfterChanges}: what the watch throws instead of ending. */
  readonly watchError?: BackendError;

  /** The snapshot created, or each of the group, ends as `failed` instead of `ready`. */
  readonly failSnapshot?: boolean;

  /** How long, in milliseconds, the snapshot created stays pending; `Infinity`: for ever. */
  readonly pendingMs?: number;

  /** Instead of {@link MemoryBackendOptions.latencyMs}. */
  readonly latencyMs?: number;
}
