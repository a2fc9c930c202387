import type { Labels, Snapshot } from "./snapshot.ts";

/**
 * A snapshot with this label is kept, whatever the rule says, unless the value is `false`. People set it by hand, in
 * the storage system's own spelling, which the backend documents and translates.
 */
export const HOLD_LABEL = "k8s-snapshots/hold";

/** Which cluster a snapshot belongs to: the uid of its namespace `kube-system`, or a name that the operator gave it. */
export const CLUSTER_LABEL = "k8s-snapshots/cluster";

/** The schedule that a snapshot was made under, as the rule spells it: `PT1H P1D P7D`. */
export const SCHEDULE_LABEL = "k8s-snapshots/deltas";

/**
 * What the scheduler notes of the moment of the request, in a compact, versioned record: `1-t5k2ab-10-0-lq3k9x2-8f3a2b1c-r`.
 * Differs from snapshot to snapshot, so a storage system that keeps each value of a label for ever needs another place
 * for it, such as the snapshot's name. 1 to 63 characters of `[a-z0-9-]`.
 */
export const MARKS_LABEL = "k8s-snapshots/marks";

/**
 * Holds {@link CreateSnapshotRequest.volume} where a backend keeps it in a label: longer than other values, as
 * {@link writeVolumeFacts} of the toolkit spells it.
 */
export const VOLUME_LABEL = "k8s-snapshots/volume";

/** Holds {@link CreateSnapshotRequest.idempotencyKey} where the storage system takes no tokens. */
export const IDEMPOTENCY_KEY_LABEL = "k8s-snapshots/idempotency-key";

/** Whether a snapshot carries all these labels, key and value: for backends whose storage system filters less exactly. */
export function hasLabels(snapshot: Pick<Snapshot, "labels">, labels: Labels): boolean {
  return Object.entries(labels).every(([key, value]) => snapshot.labels[key] === value);
}
