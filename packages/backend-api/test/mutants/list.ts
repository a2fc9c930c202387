import { BackendError, type ListSnapshotsRequest, type Snapshot } from "../../src/index.ts";
import { type CallOptions, type Mutant, relist } from "./mutant.ts";

export const listMutants: readonly Mutant[] = [
  {
    name: "lists the first page only",
    caughtBy: ["more snapshots than a page are all listed, each once"],
    break: relist((snapshots) => snapshots.slice(0, 3)),
  },
  {
    name: "lists the last of a page again on the next",
    caughtBy: ["more snapshots than a page are all listed, each once"],
    break: relist((snapshots) =>
      snapshots.flatMap((snapshot, index) => (index === 2 ? [snapshot, snapshot] : snapshot)),
    ),
  },
  {
    name: "ends the list where a page fails",
    caughtBy: ["a page that fails is an error, not the end of the list"],
    break: (sound) => ({
      async *listSnapshots(request: ListSnapshotsRequest, options?: CallOptions) {
        try {
          yield* sound.listSnapshots(request, options);
        } catch {}
      },
    }),
  },
  {
    name: "asks for all pages at once",
    caughtBy: [
      "each page waits until it may be asked for",
      "a page that may not be asked for ends the list with an error",
    ],
    break: (sound) => ({
      async *listSnapshots(request: ListSnapshotsRequest, { signal, onDate }: CallOptions = {}) {
        yield* sound.listSnapshots(request, { ...(signal && { signal }), ...(onDate && { onDate }) });
      },
    }),
  },
  {
    name: "takes an unknown location for an empty one",
    caughtBy: ["an unknown location is an error, not an empty list"],
    break: (sound) => ({
      async *listSnapshots(request: ListSnapshotsRequest, options?: CallOptions) {
        if (request.location !== "nowhere") yield* sound.listSnapshots(request, options);
      },
    }),
  },
  {
    name: "lists whatever is there",
    caughtBy: [
      "where nothing was made, nothing is listed",
      "a snapshot that lacks one of the labels is not listed",
      "a snapshot with another value of a label is not listed",
    ],
    break: (sound, world) => ({
      listSnapshots: (request: ListSnapshotsRequest, options?: CallOptions) => {
        world.storage.addSnapshot({ disk: { location: "home", id: "someone-elses" } });
        return sound.listSnapshots({ ...request, labels: {} }, options);
      },
    }),
  },
  {
    name: "filters by the first label only",
    caughtBy: ["a snapshot that lacks one of the labels is not listed"],
    break: (sound) => ({
      listSnapshots: (request: ListSnapshotsRequest, options?: CallOptions) =>
        sound.listSnapshots(
          { ...request, labels: Object.fromEntries(Object.entries(request.labels).slice(0, 1)) },
          options,
        ),
    }),
  },
  {
    name: "filters by the keys of labels only",
    caughtBy: ["a snapshot with another value of a label is not listed"],
    break: (sound) => ({
      async *listSnapshots(request: ListSnapshotsRequest, options?: CallOptions) {
        for await (const snapshot of sound.listSnapshots({ ...request, labels: {} }, options)) {
          if (Object.keys(request.labels).every((key) => key in snapshot.labels)) yield snapshot;
        }
      },
    }),
  },
  {
    name: "lists all locations at once",
    caughtBy: ["a list shows its location only"],
    break: (sound, world) => ({
      async *listSnapshots(request: ListSnapshotsRequest, options?: CallOptions) {
        yield* sound.listSnapshots(request, options);
        if (request.location === "home" && world.storage.read({ location: "home", id: "disk-of-test-1" }) === "") {
          yield* sound.listSnapshots({ ...request, location: "elsewhere" }, options);
        }
      },
    }),
  },
  {
    name: "lists the snapshots of one disk only",
    caughtBy: ["the snapshots of all disks of the location are in one list"],
    break: relist((snapshots) => snapshots.filter(({ diskId }) => diskId === snapshots[0]?.diskId)),
  },
  {
    name: "throws where one snapshot cannot be understood",
    caughtBy: ["one that cannot be understood is unknown, and the others are listed"],
    break: relist((snapshots) => {
      const garbled = snapshots.find(({ state }) => state === "unknown");
      if (garbled) throw new BackendError("unexpected", `the state of ${garbled.id} is not known`);
      return snapshots;
    }),
  },
  {
    name: "leaves out what it does not understand",
    caughtBy: ["one that cannot be understood is unknown, and the others are listed"],
    break: relist((snapshots) => snapshots.filter(({ state }) => state !== "unknown")),
  },
  {
    name: "begins the next list where the last was broken off",
    caughtBy: ["an iteration can be broken off, and the next one is whole"],
    break: (sound) => {
      let rest: AsyncIterator<Snapshot> | undefined;
      return {
        async *listSnapshots(request: ListSnapshotsRequest, options?: CallOptions) {
          rest ??= sound.listSnapshots(request, options)[Symbol.asyncIterator]();
          for (let result = await rest.next(); !result.done; result = await rest.next()) yield result.value;
          rest = undefined;
        },
      };
    },
  },
];
