import type { Labels, Snapshot } from "./snapshot.ts";

/**
 * A snapshot with this label is kept, whatever the rule says, unless the value is `false`. People set it by hand, in
 * the storage system's own spelling, which the backend documents and translates.
 */
export const HOLD_LABEL = "k8s-snapshots/hold";

/** Holds {@link CreateSnapshotRequest.idempotencyKey} where the storage system takes no tokens. */
export const IDEMPOTENCY_KEY_LABEL = "k8s-snapshots/idempotency-key";

/** Whether a snapshot carries all these labels, key and value: for backends whose storage system filters less exactly. */
export function hasLabels(snapshot: Pick<Snapshot, "labels">, labels: Labels): boolean {
  return Object.entries(labels).every(([key, value]) => snapshot.labels[key] === value);
}
