import type { Snapshot, SnapshotReference } from "./snapshot.ts";

/** What {@link SnapshotBackend.watchSnapshots} yields. */
export type SnapshotChange =
  | {
      /** The snapshot is new, or differs from before. */
      readonly type: "changed";
      readonly snapshot: Snapshot;
    }
  | {
      /** The snapshot is gone. */
      readonly type: "deleted";
      readonly snapshot: SnapshotReference;
    };
