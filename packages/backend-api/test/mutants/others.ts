import type { ListSnapshotsRequest, Snapshot, SnapshotBackend } from "../../src/index.ts";
import type { Mutant } from "./mutant.ts";

const caughtBy = ["each snapshot without the labels is counted once, for its disk"];

export const otherMutants: readonly Mutant[] = [
  {
    name: "counts nobody else's snapshots",
    caughtBy,
    break: recount(() => {}),
  },
  {
    name: "counts others' snapshots twice",
    caughtBy,
    break: recount((diskId, onOther) => {
      onOther(diskId);
      onOther(diskId);
    }),
  },
  {
    name: "counts others' snapshots for another disk",
    caughtBy,
    break: recount((_, onOther) => onOther("another")),
  },
  {
    name: "counts our snapshots as others'",
    caughtBy,
    break: (sound) => ({
      async *listSnapshots(...call: Parameters<SnapshotBackend["listSnapshots"]>): AsyncGenerator<Snapshot> {
        for await (const snapshot of sound.listSnapshots(...call)) {
          call[0].onOther?.(snapshot.diskId);
          yield snapshot;
        }
      },
    }),
  },
  {
    name: "counts others' snapshots on the first page only",
    caughtBy,
    break: (sound) => {
      const counter = (onOther: (diskId: string) => void) => {
        let count = 0;
        return (diskId: string) => {
          count += 1;
          if (count <= 3) onOther(diskId);
        };
      };
      return {
        listSnapshots: ({ onOther, ...request }: ListSnapshotsRequest, options?: object) =>
          sound.listSnapshots({ ...request, ...(onOther && { onOther: counter(onOther) }) }, options),
      };
    },
  },
];

/** Breaks what is done with others' snapshots. */
function recount(change: (diskId: string, onOther: (diskId: string) => void) => void): Mutant["break"] {
  return (sound) => ({
    listSnapshots: ({ onOther, ...request }: ListSnapshotsRequest, options?: object) =>
      sound.listSnapshots(
        { ...request, ...(onOther && { onOther: (diskId: string) => change(diskId, onOther) }) },
        options,
      ),
  });
}
