import { BackendError, type SnapshotReference } from "../../src/index.ts";
import type { CallOptions, Mutant } from "./mutant.ts";

export const deleteMutants: readonly Mutant[] = [
  {
    name: "deletes nothing",
    caughtBy: ["a deleted snapshot is gone from the list, or on its way out", "an id and a location are enough"],
    break: () => ({
      async deleteSnapshot(_: SnapshotReference, options?: CallOptions) {
        if (options?.signal?.aborted) throw new BackendError("aborted", "aborted");
      },
    }),
  },
  {
    name: "needs more than a reference",
    caughtBy: ["an id and a location are enough"],
    break: (sound) => ({
      deleteSnapshot: async (snapshot: SnapshotReference, options?: CallOptions) => {
        if (!("diskId" in snapshot)) throw new BackendError("invalid", "diskId is missing");
        return sound.deleteSnapshot(snapshot, options);
      },
    }),
  },
  {
    name: "deletes the disk's neighbours too",
    caughtBy: ["the others stay"],
    break: (sound, { storage }) => ({
      async deleteSnapshot(snapshot: SnapshotReference, options?: CallOptions) {
        await sound.deleteSnapshot(snapshot, options);
        for (const other of [...storage.snapshots("home")]) await sound.deleteSnapshot(other, options);
      },
    }),
  },
  {
    name: "fails where the snapshot is gone already",
    caughtBy: ["deleting it twice succeeds", "deleting one that never was succeeds"],
    break: (sound, { storage }) => ({
      async deleteSnapshot(snapshot: SnapshotReference, options?: CallOptions) {
        if (!storage.snapshot(snapshot)) throw new BackendError("not-found", `${snapshot.id} does not exist`);
        await sound.deleteSnapshot(snapshot, options);
      },
    }),
  },
  {
    name: "treats a lock as success",
    caughtBy: ["one that a policy keeps is locked, and stays"],
    break: (sound) => ({
      deleteSnapshot: (snapshot: SnapshotReference, options?: CallOptions) =>
        sound.deleteSnapshot(snapshot, options).catch((error: BackendError) => {
          if (error.code !== "locked") throw error;
        }),
    }),
  },
  {
    name: "stops the whole location for one snapshot that it cannot delete",
    caughtBy: ["one that something depends on is in-use, and stays", "one that a policy keeps is locked, and stays"],
    break: (sound) => ({
      deleteSnapshot: (snapshot: SnapshotReference, options?: CallOptions) =>
        sound.deleteSnapshot(snapshot, options).catch((error: BackendError) => {
          throw new BackendError(error.code, error.message, { scope: "location" });
        }),
    }),
  },
  {
    name: "takes in-use for success",
    caughtBy: ["one that something depends on is in-use, and stays"],
    break: (sound) => ({
      deleteSnapshot: (snapshot: SnapshotReference, options?: CallOptions) =>
        sound.deleteSnapshot(snapshot, options).catch((error: BackendError) => {
          if (error.code !== "in-use") throw error;
        }),
    }),
  },
];
