import { BackendError, type Snapshot, type SnapshotReference } from "../../src/index.ts";
import type { CallOptions, Mutant } from "./mutant.ts";

export const readMutants: readonly Mutant[] = [
  {
    name: "reads a snapshot without its labels",
    caughtBy: ["a snapshot is read as it is listed, by its id and location"],
    break: reread((snapshot) => snapshot && { ...snapshot, labels: {} }),
  },
  {
    name: "reads each snapshot as ready",
    caughtBy: ["one that is not ready is not called ready", "one that cannot be understood is unknown when it is read"],
    break: reread((snapshot) => snapshot && { ...snapshot, state: "ready" }),
  },
  {
    name: "throws where the snapshot does not exist",
    caughtBy: ["one that was deleted does not exist, or is on its way out", "one that never was does not exist"],
    break: reread((snapshot) => {
      if (snapshot) return snapshot;
      throw new BackendError("not-found", "there is no such snapshot");
    }),
  },
  {
    name: "throws where the snapshot cannot be understood",
    caughtBy: ["one that cannot be understood is unknown when it is read"],
    break: reread((snapshot) => {
      if (snapshot?.state !== "unknown") return snapshot;
      throw new BackendError("unexpected", "its state is not known");
    }),
  },
];

function reread(change: (snapshot: Snapshot | undefined) => Snapshot | undefined): Mutant["break"] {
  return (sound) => ({
    readSnapshot: async (snapshot: SnapshotReference, options?: CallOptions) =>
      change(await sound.readSnapshot?.(snapshot, options)),
  });
}
