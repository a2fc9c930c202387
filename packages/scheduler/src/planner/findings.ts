import type { DiskSnapshots } from "../state/disk-snapshots.ts";
import type { DiskState } from "../state/disk-state.ts";
import { fewNames } from "../state/few-names.ts";
import type { SnapshotRow } from "../state/snapshot-table.ts";
import type { Deferral, Reason } from "./reason.ts";

/** What someone should know of a disk although it defers nothing. */
export function findings({
  state,
  snapshots,
}: {
  readonly state: DiskState;
  readonly snapshots: DiskSnapshots;
}): readonly Deferral[] {
  const { strangers } = state;
  const held = [...snapshots.ready, ...snapshots.failed].filter(({ marks }) => marks.hold);
  return [
    ...about("HeldByLabel", held.length),
    ...about("FutureDated", snapshots.future.length, namesOf(snapshots.future)),
    ...about("OtherCluster", strangers.otherClusters, strangers.clusters.join(", ")),
    ...about("Unclaimed", strangers.unclaimed),
    ...about("Copies", strangers.copies),
    ...about("OtherTool", strangers.otherTools, strangers.tools.join(", ")),
  ];
}

function about(reason: Reason, count: number, detail?: string): readonly Deferral[] {
  return count === 0 ? [] : [{ reason, count, ...(detail !== undefined && { detail }) }];
}

function namesOf(rows: readonly SnapshotRow[]): string {
  return fewNames(rows.map(({ id }) => id)).join(", ");
}
