import type { DiskSpec } from "@k8s-snapshots/backend-api";
import type { Deltas } from "@k8s-snapshots/retention";
import type { ClaimReference, ObjectIdentity, VolumeObject } from "../watch/kubernetes-objects.ts";
import type { RuleOptions } from "./rule-options.ts";

/** What one object declares: snapshots of this, at these intervals. */
export interface SourceRule extends RuleOptions {
  /** `PersistentVolumeClaim/NAMESPACE/NAME`, `PersistentVolume/NAME` or `SnapshotRule/NAMESPACE/NAME`. Unique. */
  readonly id: string;

  /** What snapshots are named after: `[namespace-]{pv,pvc,rule}-NAME`. Not unique. */
  readonly name: string;

  /** The object that asks for it. */
  readonly origin: ObjectIdentity;

  readonly target: RuleTarget;

  readonly deltas: Deltas;

  /**
   * An http or https URL that hears of the rule's snapshots: of a volume, or of an object in a trusted namespace. It may hold a
   * key, so do not show it.
   */
  readonly pingUrl: string | undefined;

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
