import type { BackendError, Labels, SnapshotReference } from "../../src/index.ts";
import type { CallOptions, Mutant } from "./mutant.ts";

export const setLabelsMutants: readonly Mutant[] = [
  {
    name: "replaces all labels",
    caughtBy: ["a label that is added is listed, and the others stay"],
    break: (_, { storage }) => ({
      setSnapshotLabels: async (snapshot: SnapshotReference, labels: Labels) => storage.setLabels(snapshot, labels),
    }),
  },
  {
    name: "adds labels, but replaces none",
    caughtBy: ["a label that is there is replaced"],
    break: relabel((labels, before) => ({ ...labels, ...before })),
  },
  {
    name: "turns a label that is there already off",
    caughtBy: ["setting the same labels again succeeds"],
    break: relabel((labels, before) =>
      Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, before[key] === value ? "" : value])),
    ),
  },
  {
    name: "sets the labels of all snapshots",
    caughtBy: ["other snapshots keep theirs"],
    break: (sound, { storage }) => ({
      async setSnapshotLabels(snapshot: SnapshotReference, labels: Labels, options?: CallOptions) {
        await sound.setSnapshotLabels?.(snapshot, labels, options);
        for (const other of [...storage.snapshots("home")]) {
          storage.setLabels(other, { ...other.labels, ...labels });
        }
      },
    }),
  },
  {
    name: "says nothing where the snapshot does not exist",
    caughtBy: ["the labels of a snapshot that never was are not-found"],
    break: (sound) => ({
      async setSnapshotLabels(snapshot: SnapshotReference, labels: Labels, options?: CallOptions) {
        await sound.setSnapshotLabels?.(snapshot, labels, options).catch((error: BackendError) => {
          if (error.code !== "not-found") throw error;
        });
      },
    }),
  },
];

function relabel(change: (labels: Labels, before: Labels) => Labels): Mutant["break"] {
  return (sound, { storage }) => ({
    setSnapshotLabels: async (snapshot: SnapshotReference, labels: Labels, options?: CallOptions) =>
      sound.setSnapshotLabels?.(snapshot, change(labels, storage.snapshot(snapshot)?.labels ?? {}), options),
  });
}
