import type { SnapshotBackend } from "../backend.ts";
import type { BackendErrorCode } from "../backend-error.ts";
import type { BackendCapabilities } from "../capabilities.ts";
import type { Disk, DiskSpec, PersistentVolumeView } from "../disk.ts";
import type { BackendManifest } from "../manifest.ts";
import type { Labels, Snapshot, SnapshotReference } from "../snapshot.ts";

/** A backend on a storage system of its own, for one test. What a harness needs to know besides is added to it. */
export interface ConformanceWorld {
  readonly backend: SnapshotBackend;

  /** Called after the test, and after the backend's own `close`. */
  close?(): Promise<void>;
}

/** How the kit gets at the backend under test, and at the storage system behind it. */
export interface ConformanceHarness<World extends ConformanceWorld = ConformanceWorld>
  extends Partial<ConformanceHooks<World>> {
  /** What the package exports beside the factory. */
  readonly manifest: BackendManifest;

  /** What the backend declares: says before any world is there which tests apply. */
  readonly capabilities: BackendCapabilities;

  /**
   * Makes a world. Snapshots of other tests or owners may be in the same storage system: the kit tells its own by a
   * label with a random value.
   */
  open(): Promise<World>;

  /**
   * Makes a new disk, always in the same location, any two of which can be in one group. With {@link Disk.details} only where
   * a creation cannot do without.
   */
  createDisk(world: World): Promise<Disk>;

  /** A PersistentVolume on that disk. */
  volumeFor(world: World, disk: Disk): PersistentVolumeView;

  /** `spec.disk` of a SnapshotRule that names that disk. */
  specFor(world: World, disk: Disk): DiskSpec;

  /** The fields of {@link specFor} that may be left out. Default: none. */
  readonly optionalSpecFields?: readonly string[];

  /** The storage system's time. Default: the machine's. */
  now?(world: World): Date;

  /**
   * Lets the storage system get on, by at least `listLagMs`: advances its clock, or waits. The kit itself never sleeps:
   * it looks, and calls this before it looks again, up to {@link settleAttempts} times. Default: everything is settled
   * at once.
   */
  settle?(world: World): Promise<void>;

  /** Default: 100. */
  readonly settleAttempts?: number;

  /** Credentials that no error may contain. Default: none. */
  readonly secrets?: readonly string[];

  /** {@link RestoreRequest.parameters} for a restore that works. Default: none. */
  restoreParameters?(world: World): Readonly<Record<string, string>>;

  /**
   * Tests that do not apply, by name, with the reason. They are reported as skipped. A name that no test has is an
   * error.
   */
  readonly exceptions?: Readonly<Record<string, string>>;
}

/** What a harness may offer beside: a test whose hook is missing is reported as skipped, with the hook's name. */
export interface ConformanceHooks<World extends ConformanceWorld = ConformanceWorld> {
  /** Volumes of other storage systems, beside the kit's own, that come close to being of this one. */
  readonly foreignVolumes: readonly PersistentVolumeView[];

  /** Volumes of this storage system that lack something, and what the error must mention. */
  readonly brokenVolumes: readonly { readonly volume: PersistentVolumeView; readonly mentions: string }[];

  /** A well-formed location that does not exist. */
  readonly unknownLocation: string;

  /** A disk that could be in the location of {@link ConformanceHarness.createDisk}, but is not. */
  missingDisk(world: World): Disk;

  /** A snapshot that could be there, but never was. */
  missingSnapshot(world: World): SnapshotReference;

  /** Makes a disk in another location. */
  createDiskElsewhere(world: World): Promise<Disk>;

  /** How many snapshots fill a page of the list, for tests with one more. */
  readonly pageSize: number;

  /** The next list fails once its first page was answered. */
  failSecondPage(world: World): Promise<void>;

  /** Whether the storage system takes idempotency tokens: then one key makes one snapshot, whatever `mayExist` says. */
  readonly takesTokens: true;

  /**
   * Does `work`, and returns each snapshot as the storage system held it at each moment meanwhile. (A stand-in calls
   * back on each change; for the real thing, look again and again.)
   */
  watch(world: World, work: () => Promise<void>): Promise<readonly { readonly id: string; readonly labels: Labels }[]>;

  /** Snapshots begun from now on stay pending, until {@link finish}. */
  keepPending(world: World): Promise<void>;

  /** A pending snapshot comes to its end. */
  finish(world: World, snapshot: Snapshot, state: "ready" | "failed"): Promise<void>;

  /** Something depends on the snapshot from now on. */
  use(world: World, snapshot: Snapshot): Promise<void>;

  /** Sets the hold label on a snapshot as people would, in the storage system's own spelling. */
  hold(world: World, snapshot: Snapshot): Promise<void>;

  /** A lock or a policy of the storage system forbids from now on that the snapshot is deleted. */
  lock(world: World, snapshot: Snapshot): Promise<void>;

  /**
   * What the storage system says of the snapshot cannot be understood from now on: a state that is new, a date that is
   * missing, a record that is damaged.
   */
  garble(world: World, snapshot: Snapshot): Promise<void>;

  /** Whether the storage system sends its date with each answer: then each call hands it on. */
  readonly sendsDates: true;

  /** The codes that {@link refuseNext} can bring about. */
  readonly refusals: readonly BackendErrorCode[];

  /** The storage system refuses the next request, in its own words, so that this code comes of it. */
  refuseNext(world: World, code: BackendErrorCode): Promise<void>;

  /** The storage system carries out the next creation, but its answer is lost. */
  loseNextAnswer(world: World): Promise<void>;

  /** The storage system never answers the next request; `reached` resolves when the request has come. */
  hangNext(world: World): Promise<{ readonly reached: Promise<void> }>;

  /** A disk, in the location of {@link ConformanceHarness.createDisk}, that cannot be in a group with those made there. */
  createUngroupableDisk(world: World): Promise<Disk>;

  /** The watches that run lose their connection, or the storage system forgets what it has not told them yet. */
  breakWatches(world: World): Promise<void>;

  /** Changes the quota of the location of {@link ConformanceHarness.createDisk}: {@link LocationLimits.maxSnapshots}. */
  setQuota(world: World, maxSnapshots: number): Promise<void>;

  /** {@link CreateSnapshotRequest.parameters} for a creation that works. */
  readonly creationParameters: Readonly<Record<string, string>>;

  /** {@link CreateSnapshotRequest.parameters} that are known, with a value that cannot be, and what the error must mention. */
  readonly brokenParameters: readonly {
    readonly parameters: Readonly<Record<string, string>>;
    readonly mentions: string;
  }[];

  /** Takes a permission away, and says its name as {@link AccessCheck.permission} spells it. */
  deny(world: World): Promise<string>;

  /** Changes what is on the disk. */
  write(world: World, disk: Disk, content: string): Promise<void>;

  /** What is on the disk, or on one that was restored. */
  read(world: World, disk: Disk): Promise<string>;
}
