import type { Snapshot, SnapshotReference } from "./snapshot.ts";

/** What {@link SnapshotBackend.watchSnapshots} yields. A later change of a snapshot replaces an earlier one. */
export type SnapshotChange =
  | {
      /** The watch is up: what changes from now on is yielded. The first, and only once. */
      readonly type: "started";
    }
  | {
      /**
       * The list has the snapshot as it is here: it is new, differs from before, or came to carry the labels. One that cannot
       * be understood has the state `unknown`, and one on its way out may be `deleting`, as in a list.
       */
      readonly type: "changed";
      readonly snapshot: Snapshot;
    }
  | {
      /** The list has the snapshot no longer: it is gone, or lacks one of the labels now. */
      readonly type: "deleted";
      readonly snapshot: SnapshotReference;
    };
