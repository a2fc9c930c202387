import { Readable } from "node:stream";
import { BackendError, type SnapshotBackend } from "../../src/index.ts";
import type { Mutant } from "./mutant.ts";

type Methods = Omit<SnapshotBackend, "apiVersion" | "name" | "capabilities">;

export const abortMutants: readonly Mutant[] = [
  {
    name: "ignores the signal",
    caughtBy: [
      "diskForVolume aborted before it began rejects",
      "diskForSpec aborted before it began rejects",
      ...[
        "listSnapshots",
        "createSnapshot",
        "readSnapshot",
        "setSnapshotLabels",
        "createSnapshotGroup",
        "watchSnapshots",
        "readLimits",
        "deleteSnapshot",
        "checkAccess",
      ].flatMap((operation) => [
        `${operation} aborted before it began rejects, and does nothing`,
        `${operation} aborted half-way rejects`,
      ]),
      "a watch that waits rejects when it is aborted",
      "a list aborted on its first page does not go on to the second",
    ],
    break: (sound) => {
      const methods: Methods = {
        diskForVolume: (volume) => sound.diskForVolume(volume),
        diskForSpec: (spec) => sound.diskForSpec(spec),
        listSnapshots: (request) => sound.listSnapshots(request),
        createSnapshot: (request) => sound.createSnapshot(request),
        deleteSnapshot: (snapshot) => sound.deleteSnapshot(snapshot),
        checkAccess: (location) => sound.checkAccess(location),
        readSnapshot: async (snapshot) => sound.readSnapshot?.(snapshot),
        setSnapshotLabels: async (snapshot, labels) => sound.setSnapshotLabels?.(snapshot, labels),
        createSnapshotGroup: async (request) => (await sound.createSnapshotGroup?.(request)) ?? [],
        watchSnapshots: (request) => sound.watchSnapshots?.(request) ?? Readable.from([]),
        readLimits: async (location) => (await sound.readLimits?.(location)) ?? {},
      };
      return methods;
    },
  },
  {
    name: "rejects aborted calls, but carries them out",
    caughtBy: [
      "createSnapshot aborted before it began rejects, and does nothing",
      "createSnapshotGroup aborted before it began rejects, and does nothing",
      "deleteSnapshot aborted before it began rejects, and does nothing",
    ],
    break: (sound) => {
      const methods: Pick<Methods, "createSnapshot" | "createSnapshotGroup" | "deleteSnapshot"> = {
        async createSnapshot(request, options) {
          const snapshot = await sound.createSnapshot(request);
          throwIfAborted(options?.signal);
          return snapshot;
        },
        async createSnapshotGroup(request, options) {
          const snapshots = await sound.createSnapshotGroup?.(request);
          throwIfAborted(options?.signal);
          return snapshots ?? [];
        },
        async deleteSnapshot(snapshot, options) {
          await sound.deleteSnapshot(snapshot);
          throwIfAborted(options?.signal);
        },
      };
      return methods;
    },
  },
  {
    name: "ends a list quietly when it is aborted",
    caughtBy: ["a list aborted on the way does not end as if it were whole"],
    break: (sound) => ({
      async *listSnapshots(...[request, options]: Parameters<SnapshotBackend["listSnapshots"]>) {
        throwIfAborted(options?.signal);
        for await (const snapshot of sound.listSnapshots(request, options)) {
          yield snapshot;
          if (options?.signal?.aborted) return;
        }
      },
    }),
  },
  {
    name: "takes any signal for a fired one",
    caughtBy: ["a signal that never fires changes nothing"],
    break: (sound) => ({
      async createSnapshot(...[request, options]: Parameters<SnapshotBackend["createSnapshot"]>) {
        if (options?.signal) throw new BackendError("aborted", "aborted");
        return sound.createSnapshot(request);
      },
    }),
  },
];

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new BackendError("aborted", "aborted");
}
