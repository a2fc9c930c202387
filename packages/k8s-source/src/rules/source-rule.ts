import type { DiskSpec } from "@k8s-snapshots/backend-api";
import type { Deltas } from "@k8s-snapshots/retention";
import type { ClaimReference, ObjectIdentity, VolumeObject } from "../watch/kubernetes-objects.ts";

/** What becomes of the snapshots once the rule, or what it is for, is gone. `expire` leaves the newest. */
export type DeletionPolicy = "retain" | "expire";

/** One object's wish: snapshots of this, at these intervals. */
export interface SourceRule {
  /** `PersistentVolumeClaim/NAMESPACE/NAME`, `PersistentVolume/NAME` or `SnapshotRule/NAMESPACE/NAME`. Unique. */
  readonly id: string;

  /** What snapshots are named after: `[namespace-]{pv,pvc,rule}-NAME`. Not unique. */
  readonly name: string;

  /** The object that asks for it. */
  readonly origin: ObjectIdentity;

  readonly target: RuleTarget;

  readonly deltas: Deltas;

  /** Default: `retain`. */
  readonly deletionPolicy: DeletionPolicy;

  /** Whether the deletion budget is lifted for this rule. Default: false. */
  readonly ignoreDeletionBudget: boolean;

  /**
   * The schedule that a person confirmed, as {@link Deltas.text}: what an earlier schedule keeps may go at once. It is a
   * confirmation only where it is the schedule of {@link deltas}. Absent: none, or one that cannot be read.
   */
  readonly confirmedDeltas?: string;

  /** What is odd about the rule, without making it invalid; a sentence each, the deltas' own warnings among them. */
  readonly warnings: readonly string[];
}

/** What a rule takes snapshots of. */
export type RuleTarget = VolumeTarget | DiskTarget;

/** A PersistentVolume. A backend says which disk it is: `SnapshotBackend.diskForVolume`. */
export interface VolumeTarget {
  readonly kind: "volume";

  /** The same object for as long as nothing changes in it that is kept here. */
  readonly volume: VolumeObject;

  /**
   * The claim that the rule came by; the volume's `claimRef` was checked to name it. Absent if the rule names the
   * volume itself.
   */
  readonly claim?: Required<ClaimReference>;
}

/** A disk that no PersistentVolume need stand for. `SnapshotBackend.diskForSpec` says which. */
export interface DiskTarget {
  readonly kind: "disk";

  /** `spec.backend`: a backend's name, or one of its aliases. */
  readonly backend: string;

  /** `spec.disk`, as written. */
  readonly disk: DiskSpec;
}
