import type { Snapshot } from "@k8s-snapshots/backend-api";
import { claimSnapshots } from "@k8s-snapshots/scheduler";
import type { ClusterIdentity } from "../cluster-identity.ts";

/** The snapshots of ours among those of a location that carry the author's label (safety rule 11). */
export function ownSnapshots(listed: readonly Snapshot[], identity: ClusterIdentity): readonly Snapshot[] {
  const disks = Map.groupBy(listed, ({ diskId }) => diskId);
  return [...disks].flatMap(([id, snapshots]) => {
    const location = snapshots[0]?.location as string;
    const readable = snapshots.map((snapshot) => ({ ...snapshot, createdAt: snapshot.createdAt.getTime() }));
    const { rows } = claimSnapshots(readable, { location, id }, { ...identity, instance: "" }, undefined, () => false);
    const ours = new Set(rows.map((row) => row.id));
    return snapshots.filter((snapshot) => ours.has(snapshot.id));
  });
}

/**
 * The newest that a volume can be made of; `undefined` if there is none.
 *
 * @param at - it is not younger than this. Default: however young
 */
export function newestGood(snapshots: readonly Snapshot[], at?: Date): Snapshot | undefined {
  return snapshots
    .filter(({ state, createdAt }) => state === "ready" && (at === undefined || createdAt <= at))
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? -1 : 1))[0];
}
