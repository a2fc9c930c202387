import type { Disk } from "@k8s-snapshots/backend-api";
import type { Deltas } from "@k8s-snapshots/retention";

/** What is wanted for one disk. Of each disk there is one rule at the most. */
export interface Rule {
  /** Which object asks for it: stays the same while the object exists. */
  readonly id: string;

  /** The first part of the snapshots' names: `[namespace-]{pv,pvc,rule}-NAME`. */
  readonly name: string;

  /** {@link SnapshotBackend.name} of the disk's backend. */
  readonly backend: string;

  readonly disk: Disk;

  /** The schedule, or `undefined` while it cannot be read: then nothing is taken, and nothing deleted. */
  readonly deltas: Deltas | undefined;

  /** What becomes of the snapshots once the rule is gone. */
  readonly deletionPolicy: DeletionPolicy;

  /** Lifts the deletion budget for this disk. */
  readonly ignoreDeletionBudget: boolean;

  /**
   * Why nothing may be deleted for this disk although the rule is valid, in words for people: another object that is
   * meant to protect the disk cannot be read. `undefined` if nothing speaks against it.
   */
  readonly deletionsSuspended: string | undefined;
}

/** `retain`: they stay. `expire`: they go on expiring by the last schedule, as time passes, down to the newest. */
export type DeletionPolicy = "retain" | "expire";

/** Names one disk among all backends and locations. */
export function diskKey(backend: string, disk: Disk): string {
  return JSON.stringify([backend, disk.location, disk.id]);
}

/** Whether nothing changes when one rule takes the place of the other. */
export function sameRule(a: Rule, b: Rule): boolean {
  return (
    a.id === b.id &&
    a.name === b.name &&
    a.deltas?.text === b.deltas?.text &&
    a.deletionPolicy === b.deletionPolicy &&
    a.ignoreDeletionBudget === b.ignoreDeletionBudget &&
    a.deletionsSuspended === b.deletionsSuspended
  );
}
