import { BackendError, type ListSnapshotsRequest, type Snapshot, type SnapshotChange } from "../../src/index.ts";
import type { CallOptions, Mutant } from "./mutant.ts";

const isUp = "a watch says first that it is up, also where nothing changes";
const isMade = "a snapshot that is made is a change, with its disk and labels";
const isReady = "one that becomes ready is a change";
const isDeleted = "one that is deleted is a change, with its id and location";
const isLabelled = "one that loses a label that was asked for is deleted, and is back with it";
const isBroken = "a watch that breaks misses nothing, or is over";

export const watchMutants: readonly Mutant[] = [
  {
    name: "does not say that the watch is up",
    caughtBy: [isUp],
    break: rewatch((change) => (change.type === "started" ? [] : [change])),
  },
  {
    name: "says that the watch is up with the first change only",
    caughtBy: [isUp],
    break: rewatch((change) => (change.type === "started" ? [] : [{ type: "started" }, change])),
  },
  {
    name: "watches snapshots without their labels",
    caughtBy: [isMade],
    break: rewatch(resnapshot((snapshot) => ({ ...snapshot, labels: {} }))),
  },
  {
    name: "watches snapshots of another disk",
    caughtBy: [isMade],
    break: rewatch(resnapshot((snapshot) => ({ ...snapshot, diskId: "another" }))),
  },
  {
    name: "watches what is made, and not how it goes on",
    caughtBy: [isReady, "one that fails is a change", "a hold set by hand is a change"],
    break: (sound, world) => {
      const seen = new Set<string>();
      const once = rewatch((change) => {
        if (change.type !== "changed") return [change];
        const isKnown = seen.has(change.snapshot.id);
        seen.add(change.snapshot.id);
        return isKnown || change.snapshot.state !== "pending" ? [] : [change];
      });
      return once(sound, world);
    },
  },
  {
    name: "does not see what is deleted",
    caughtBy: [isDeleted, "what changes between two looks at a watch is not missed", isLabelled],
    break: rewatch((change) => (change.type === "deleted" ? [] : [change])),
  },
  {
    name: "says what is deleted without the location",
    caughtBy: [isDeleted],
    break: rewatch((change) =>
      change.type === "deleted" ? [{ ...change, snapshot: { ...change.snapshot, location: "" } }] : [change],
    ),
  },
  {
    name: "drops what changes while nobody looks",
    caughtBy: ["what changes between two looks at a watch is not missed"],
    break: (sound) => ({
      async *watchSnapshots(request: ListSnapshotsRequest, options?: CallOptions): AsyncGenerator<SnapshotChange> {
        yield { type: "started" };
        for await (const change of sound.watchSnapshots?.(request, options) ?? []) {
          if (change.type !== "started") yield change;
        }
      },
    }),
  },
  {
    name: "watches whatever is there",
    caughtBy: ["a snapshot that lacks one of the labels is no change", isLabelled],
    break: (sound) => ({
      watchSnapshots: (request: ListSnapshotsRequest, options?: CallOptions) =>
        sound.watchSnapshots?.({ ...request, labels: {} }, options),
    }),
  },
  {
    name: "watches all locations at once",
    caughtBy: ["a snapshot in another location is no change"],
    break: (sound, { storage }) => ({
      async *watchSnapshots(request: ListSnapshotsRequest, options?: CallOptions): AsyncGenerator<SnapshotChange> {
        for await (const change of sound.watchSnapshots?.(request, options) ?? []) {
          if (change.type === "changed" && request.location === "home") {
            for (const snapshot of everywhere(() => storage.snapshots("elsewhere")))
              yield { type: "changed", snapshot };
          }
          yield change;
        }
      },
    }),
  },
  {
    name: "waits for ever where a location does not exist",
    caughtBy: ["a watch of an unknown location is an error"],
    break: (sound) => ({
      watchSnapshots: (request: ListSnapshotsRequest, options?: CallOptions) =>
        sound.watchSnapshots?.({ ...request, location: "home" }, options),
    }),
  },
  {
    name: "ends a watch where a snapshot cannot be understood",
    caughtBy: ["one that cannot be understood is unknown, and the watch goes on"],
    break: rewatch((change) => {
      if (change.type !== "changed" || change.snapshot.state !== "unknown") return [change];
      throw new BackendError("unexpected", "its state is not known");
    }),
  },
  {
    name: "has one watch at a time",
    caughtBy: ["two watches at once see every change each"],
    break: (sound, { storage }) => ({
      watchSnapshots: (request: ListSnapshotsRequest, options?: CallOptions) => {
        storage.endWatches();
        return sound.watchSnapshots?.(request, options);
      },
    }),
  },
  {
    name: "begins again without a word where a watch breaks",
    caughtBy: [isBroken],
    break: (sound) => ({
      async *watchSnapshots(request: ListSnapshotsRequest, options?: CallOptions): AsyncGenerator<SnapshotChange> {
        try {
          yield* sound.watchSnapshots?.(request, options) ?? [];
        } catch (error) {
          if ((error as BackendError).message !== "the connection is gone") throw error;
          await new Promise((_, reject) => {
            options?.signal?.addEventListener("abort", () => reject(new BackendError("aborted", "aborted")));
          });
        }
      },
    }),
  },
  {
    name: "throws a plain error where a watch breaks",
    caughtBy: [isBroken],
    break: (sound) => ({
      async *watchSnapshots(request: ListSnapshotsRequest, options?: CallOptions): AsyncGenerator<SnapshotChange> {
        try {
          yield* sound.watchSnapshots?.(request, options) ?? [];
        } catch (error) {
          const { message } = error as BackendError;
          throw message === "the connection is gone" ? new Error(message) : error;
        }
      },
    }),
  },
];

function rewatch(change: (change: SnapshotChange) => readonly SnapshotChange[]): Mutant["break"] {
  return (sound) => ({
    async *watchSnapshots(request: ListSnapshotsRequest, options?: CallOptions): AsyncGenerator<SnapshotChange> {
      for await (const each of sound.watchSnapshots?.(request, options) ?? []) yield* change(each);
    },
  });
}

function resnapshot(change: (snapshot: Snapshot) => Snapshot): (change: SnapshotChange) => SnapshotChange[] {
  return (each) => [each.type === "changed" ? { ...each, snapshot: change(each.snapshot) } : each];
}

/** Nothing where the location does not exist. */
function everywhere(look: () => Iterable<Snapshot>): readonly Snapshot[] {
  try {
    return [...look()];
  } catch {
    return [];
  }
}
