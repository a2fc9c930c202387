import type { ClusterReading } from "../cluster-reading/read-cluster.ts";
import { type InventorySnapshot, inventoryOf } from "./disk-snapshots.ts";

/** A snapshot of ours, and what it is of. */
export interface OwnedSnapshot extends InventorySnapshot {
  /** Of the claim, or of the SnapshotRule where nothing says the claim. */
  readonly namespace?: string;

  /** The claim; absent where no claim has the volume, or it cannot be told. */
  readonly claim?: string;

  /** The PersistentVolume. */
  readonly volume?: string;

  /** The rule in force for its disk; absent: the rule is gone. */
  readonly rule?: string;
  readonly deltas?: string;
}

/**
 * All snapshots of ours in the locations that were read, the newest first.
 *
 * @param most - of each disk, how many of those that go later are dated. Default: all
 */
export function ownedSnapshots(reading: ClusterReading, most?: number): readonly OwnedSnapshot[] {
  const owned = reading.locations.flatMap(({ disks }) =>
    disks.flatMap((inspection) => {
      const { rule } = inspection;
      const about = {
        ...volumeOf(reading, rule?.id),
        ...(rule !== undefined && { rule: rule.id }),
        ...(rule?.deltas !== undefined && { deltas: rule.deltas.text }),
      };
      return inventoryOf(inspection, reading, most).snapshots.map((one): OwnedSnapshot => ({ ...one, ...about }));
    }),
  );
  return owned.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}

/** Which claim and volume a rule is for, as far as the cluster's objects say. */
function volumeOf(
  { resolved }: Pick<ClusterReading, "resolved">,
  id: string | undefined,
): Pick<OwnedSnapshot, "namespace" | "claim" | "volume"> {
  const rule = id === undefined ? undefined : resolved.all.get(id);
  if (rule?.target?.kind !== "volume") {
    const namespace = rule?.origin.namespace;
    return namespace === undefined ? {} : { namespace };
  }
  const { metadata, spec } = rule.target.volume;
  const { claimRef } = spec;
  return {
    volume: metadata.name,
    ...(claimRef?.namespace !== undefined && { namespace: claimRef.namespace }),
    ...(claimRef?.name !== undefined && { claim: claimRef.name }),
  };
}
