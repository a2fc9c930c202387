import type { Snapshot, SnapshotBackend, VolumeFacts } from "../../src/index.ts";
import { type Mutant, recreate, relist } from "./mutant.ts";

export const volumeFactMutants: readonly Mutant[] = [
  {
    name: "does not keep the facts of the volume",
    caughtBy: ["the facts of the volume come back with the answer and the list"],
    break: recreate(({ volume: _, ...request }) => request),
  },
  {
    name: "lists without the facts of the volume",
    caughtBy: ["the facts of the volume come back with the answer and the list"],
    break: relist((snapshots) => snapshots.map(withoutFacts)),
  },
  {
    name: "reads without the facts of the volume",
    caughtBy: ["the facts come back with a read"],
    break: (sound) => ({
      async readSnapshot(...call: Parameters<NonNullable<SnapshotBackend["readSnapshot"]>>) {
        const read = await sound.readSnapshot?.(...call);
        return read && withoutFacts(read);
      },
    }),
  },
  {
    name: "cuts a name in the facts of the volume",
    caughtBy: ["a fact that does not fit is left out whole, and the snapshot is made"],
    break: recreate((request) => (request.volume ? { ...request, volume: cut(request.volume) } : request)),
  },
  {
    name: "refuses facts that do not fit",
    caughtBy: ["a fact that does not fit is left out whole, and the snapshot is made"],
    break: recreate((request) => {
      if ((request.volume?.storageClass?.length ?? 0) > 63) throw new RangeError("too long");
      return request;
    }),
  },
  {
    name: "makes a second snapshot for other facts",
    caughtBy: ["facts of the volume do not tell one creation from another"],
    break: recreate((request) => ({
      ...request,
      idempotencyKey: `${request.idempotencyKey}-${request.volume?.storageClass?.length}`,
    })),
  },
  {
    name: "makes facts up",
    caughtBy: ["a snapshot that was made without facts has none"],
    break: relist((snapshots) => snapshots.map((snapshot) => ({ volume: { volumeMode: "Filesystem" }, ...snapshot }))),
  },
  {
    name: "loses the facts of the volume with new labels",
    caughtBy: ["the facts stay when labels are set"],
    break: relist((snapshots) =>
      snapshots.map((snapshot) => ("k8s-snapshots/hold" in snapshot.labels ? withoutFacts(snapshot) : snapshot)),
    ),
  },
];

function withoutFacts({ volume: _, ...snapshot }: Snapshot): Snapshot {
  return snapshot;
}

function cut({ storageClass, ...facts }: VolumeFacts): VolumeFacts {
  return { ...facts, ...(storageClass !== undefined && { storageClass: storageClass.slice(0, 63) }) };
}
