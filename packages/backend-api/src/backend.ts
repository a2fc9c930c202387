import type { AccessReport } from "./access.ts";
import type { BackendCapabilities } from "./capabilities.ts";
import type { Disk, DiskSpec, PersistentVolumeView } from "./disk.ts";
import type { CreateSnapshotGroupRequest } from "./group.ts";
import type { LocationLimits } from "./limits.ts";
import type { RemoveRestoredRequest, RestoredVolume, RestoreRequest } from "./restore.ts";
import type { CreateSnapshotRequest, Labels, ListSnapshotsRequest, Snapshot, SnapshotReference } from "./snapshot.ts";
import type { SnapshotChange } from "./snapshot-change.ts";

/**
 * The version of this contract. A backend states the version it was written against in
 * {@link SnapshotBackend.apiVersion}; the daemon refuses another one when it starts.
 */
export const BACKEND_API_VERSION = 2;

/**
 * A storage system that can take snapshots of its disks.
 *
 * One value serves every location (region, project, account) that its credentials reach, for as long as the
 * process lives, and any number of calls at once.
 *
 * What a backend does **not** do: retry, log, limit its rate, count, cache, remember. The scheduler does all that
 * around it. A method makes the calls that it needs, translates the answer or the error, and is done.
 *
 * What holds for every method:
 * - Arguments were validated by the caller; answers of the storage system were not, and the backend checks each
 *   field that it reads.
 * - `options.signal` aborts the call: the promise then rejects with a {@link BackendError} of code `aborted`, and no
 *   request is begun after that. It says nothing of what the storage system carried out before.
 * - Every rejection is a {@link BackendError}, which says whom it is about. Errors never hold a credential.
 *
 * @see {@link https://kubernetes.io/docs/concepts/storage/persistent-volumes/ | Persistent Volumes}
 */
export interface SnapshotBackend {
  /** {@link BACKEND_API_VERSION} as it was when the backend was written. */
  readonly apiVersion: typeof BACKEND_API_VERSION;

  /** What `spec.backend` of a SnapshotRule, metrics and logs call it, as {@link BackendManifest.name} says. */
  readonly name: string;

  /** What it can do, and the limits that the scheduler keeps to for it. */
  readonly capabilities: BackendCapabilities;

  /**
   * The disk behind a PersistentVolume, or `undefined` if the volume is of another storage system.
   *
   * Never guesses: a volume that is this backend's, but whose region, zone or project cannot be determined, is an error
   * that names the missing field. (A guess would list the wrong place, find no snapshots, and take one after another.)
   *
   * May ask the storage system, where the volume does not say all that {@link Disk.id} takes.
   *
   * @throws {BackendError} `invalid` if the volume is of this backend and a field of it is missing or malformed;
   *   `not-found` if the disk had to be looked up and is not there.
   */
  diskForVolume(volume: PersistentVolumeView, options?: CallOptions): Promise<Disk | undefined>;

  /**
   * The disk that `spec.disk` of a SnapshotRule names. May ask the storage system, where a disk is named by something
   * else than its id.
   *
   * @throws {BackendError} `invalid` if a field is missing, unknown, malformed or ambiguous; `not-found` if the disk had to
   *   be looked up and is not there.
   */
  diskForSpec(spec: DiskSpec, options?: CallOptions): Promise<Disk>;

  /**
   * All snapshots of one location that carry all the labels asked for, in no particular order, whatever their state.
   *
   * Yields **everything or throws**: half a list must never look like a whole one, so a page that fails ends the
   * iteration with an error. One listing serves all disks of the location. A snapshot made or deleted within
   * {@link BackendCapabilities.listLagMs} may still be missing or there.
   *
   * A snapshot that cannot be understood does not end the list: it is yielded with the state `unknown` and what is known
   * of it, at least its id, so that it holds up its own disk only. It is also yielded where its labels cannot be read.
   *
   * @throws {BackendError} `invalid` if there is no such location.
   */
  listSnapshots(request: ListSnapshotsRequest, options?: CallOptions): AsyncIterable<Snapshot>;

  /**
   * Begins a snapshot, with its labels, in ONE request to the storage system: at no moment does a snapshot exist
   * that its labels do not mark as ours. Resolves as soon as the storage system has accepted it, usually while it is
   * still `pending`; waiting is the caller's business.
   *
   * Idempotent by {@link CreateSnapshotRequest.idempotencyKey}: a second call with a key resolves to the snapshot
   * that the first one made. See {@link CreateSnapshotRequest.mayExist} for storage systems that know no such keys.
   *
   * @throws {BackendError} `not-found` if the disk does not exist; `invalid` if a parameter is unknown or wrong;
   *   `limit-reached` if a quota is used up; `throttled` if the storage system asks to slow down; `unavailable` with
   *   `outcome: "unknown"` if the answer was lost.
   */
  createSnapshot(request: CreateSnapshotRequest, options?: CallOptions): Promise<Snapshot>;

  /**
   * Begins a snapshot of each of several disks of one location, all of the same instant: what is spread over them fits
   * together, as after a power failure. Resolves when all were accepted. **Whole or not at all**: where one cannot be begun,
   * none is; a storage system that may begin some of them only has no groups. What comes after is each snapshot's own: one
   * may fail, is listed by itself, and is deleted by itself, and the others stay. A group counts as many snapshots as it has
   * disks towards every limit. There if and only if `capabilities.groups` is true.
   *
   * Idempotent by {@link CreateSnapshotGroupRequest.idempotencyKey}, as {@link createSnapshot} is: a second call with a key
   * and the same disks resolves to the snapshots that the first one made.
   *
   * @returns one for each disk, in their order
   * @throws {BackendError} as {@link createSnapshot}, with the disk that it is about in the message; `invalid` if the storage
   *   system cannot take these disks together; `unexpected` if only some of the snapshots of an earlier call are found.
   */
  createSnapshotGroup?(request: CreateSnapshotGroupRequest, options?: CallOptions): Promise<readonly Snapshot[]>;

  /**
   * Deletes a snapshot. Idempotent: one that is gone already is a success. Resolves when the storage system has
   * accepted the deletion.
   *
   * @throws {BackendError} `in-use` if something else (an image, a clone) depends on the snapshot; `locked` if a lock, a
   *   retention or a compliance policy of the storage system forbids it. Both are about that snapshot alone.
   */
  deleteSnapshot(snapshot: SnapshotReference, options?: CallOptions): Promise<void>;

  /**
   * One snapshot as it is now, whatever its labels; `undefined` if it does not exist. It does not lag behind as lists
   * do, where the storage system offers that. One that cannot be understood has the state `unknown`. There if and only
   * if `capabilities.read` is true.
   *
   * @throws {BackendError} `invalid` if there is no such location.
   */
  readSnapshot?(snapshot: SnapshotReference, options?: CallOptions): Promise<Snapshot | undefined>;

  /**
   * How the list of one location changes: each change that {@link listSnapshots}, with the same request, would come to show.
   * The first thing it yields is `started`, with the first `next()` and not before the watch is up. **Nothing that changes
   * after that is missed, or it throws**, however long the caller takes from one `next()` to the next. So a caller waits for
   * `started`, lists, and then follows the changes; it never lists first. Several changes of one snapshot may come as one,
   * the last. What is in the list already may come too. There if and only if `capabilities.watch` is true.
   *
   * Ends, without an error, when the storage system ends it, as many do after some minutes; the caller then watches and lists
   * again. A backend may also go on by itself, where the storage system tells it what happened in between. A call or a wait
   * rejects with `aborted` when the signal fires; a caller that has enough breaks the iteration off. `onOther` is not called.
   *
   * @throws {BackendError} as {@link listSnapshots}
   */
  watchSnapshots?(request: ListSnapshotsRequest, options?: CallOptions): AsyncIterable<SnapshotChange>;

  /**
   * Merges labels into those of a snapshot: those given are added or replaced, the others stay. Idempotent. Resolves
   * when the storage system has accepted it. There if and only if `capabilities.setLabels` is true.
   *
   * @throws {BackendError} `not-found` if the snapshot does not exist; `invalid` if a label can be set only when a
   *   snapshot is made (a backend may keep {@link MARKS_LABEL} in a name).
   */
  setSnapshotLabels?(snapshot: SnapshotReference, labels: Labels, options?: CallOptions): Promise<void>;

  /**
   * What the storage system allows in a location, and how much of it is used, as it says now. Changes nothing, and remembers
   * nothing: a quota that was raised is seen at the next call. There if and only if `capabilities.limits` is true.
   *
   * @param location - as in {@link Disk.location}
   * @throws {BackendError} `invalid` if there is no such location; `forbidden` if the permission is missing, which says
   *   nothing of other calls: a caller goes on with what {@link capabilities} declares.
   */
  readLimits?(location: string, options?: CallOptions): Promise<LocationLimits>;

  /**
   * Asks the storage system, changing nothing, which of the needed permissions are there. A missing permission is an
   * answer, not an error.
   *
   * @param location - as in {@link Disk.location}
   * @throws {BackendError} `unauthenticated` if there are no credentials, or they are not accepted at all.
   */
  checkAccess(location: string, options?: CallOptions): Promise<AccessReport>;

  /**
   * Makes a new volume from a snapshot, and resolves when it can be attached. There if and only if `capabilities.restore` is
   * true. Of the snapshot's labels the volume gets none.
   *
   * Idempotent by {@link RestoreRequest.idempotencyKey}, as {@link createSnapshot} is.
   *
   * @throws {BackendError} `not-found` if the snapshot does not exist; `invalid` if it is not ready, or a parameter is
   *   missing or wrong.
   */
  restoreSnapshot?(request: RestoreRequest, options?: CallOptions): Promise<RestoredVolume>;

  /**
   * Takes a restore back: deletes the volume that it made, and no other. What proves it is the key that
   * {@link restoreSnapshot} noted on the volume. One that is gone already is a success. There if and only if
   * `capabilities.removeRestored` is true.
   *
   * @throws {BackendError} `invalid` if the volume does not carry the key: it is another's; `in-use` if something uses it.
   */
  removeRestored?(request: RemoveRestoredRequest, options?: CallOptions): Promise<void>;

  /** Lets go of connections and timers. Nothing is called after it. Default: nothing to let go of. */
  close?(): Promise<void>;
}

/** What every call takes. */
export interface CallOptions {
  /** Aborts the call. Default: the call runs until it is answered or the storage system's client gives up. */
  readonly signal?: AbortSignal;

  /**
   * Called with the `Date` that an answer of the storage system carries, as soon as the answer is there: for each page of
   * a list, and for refusals too. The scheduler measures time by it. Must not throw. Default: not called; a backend whose
   * storage system sends no date never calls it.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc9110#name-date | RFC 9110, 6.6.1}
   */
  readonly onDate?: (date: Date) => void;

  /**
   * Awaited before each page of a list is asked for: so the scheduler keeps lists within {@link CallsPerSecond.list}. Where
   * it rejects, the list ends with the same error. Default: a page is asked for as soon as the one before it was read.
   */
  readonly beforePage?: () => Promise<void>;
}
