import { BackendError, type RestoredVolume, type RestoreRequest, type SnapshotBackend } from "../../src/index.ts";
import type { MemoryTestWorld } from "../memory-harness.ts";
import type { CallOptions, Mutant } from "./mutant.ts";

export const restoreMutants: readonly Mutant[] = [
  {
    name: "restores onto the old disk",
    caughtBy: ["the restored volume's spec names the new disk", "the restored volume holds what the disk held"],
    break: rerestore(async (request, restore, { storage }) => {
      const restored = await restore(request);
      const diskId = storage.snapshot(request.snapshot)?.diskId ?? "";
      storage.write({ location: "home", id: diskId }, storage.read({ location: "home", id: restored.diskId }));
      return { ...restored, diskId };
    }),
  },
  {
    name: "answers with a spec that names no disk",
    caughtBy: ["the restored volume's spec names the new disk"],
    break: rerestore(async (request, restore) => ({ ...(await restore(request)), persistentVolumeSpec: {} })),
  },
  {
    name: "restores the disk as it is now",
    caughtBy: ["the restored volume holds what the disk held"],
    break: rerestore(async (request, restore, { storage }) => {
      const restored = await restore(request);
      const now = storage.read({ location: "home", id: storage.snapshot(request.snapshot)?.diskId ?? "" });
      storage.write({ location: "home", id: restored.diskId }, now);
      return restored;
    }),
  },
  {
    name: "moves the snapshot instead of copying it",
    caughtBy: ["the snapshot stays"],
    break: rerestore(async (request, restore, _, sound) => {
      const restored = await restore(request);
      await sound.deleteSnapshot(request.snapshot);
      return restored;
    }),
  },
  {
    name: "restores again each time",
    caughtBy: ["a restore with the same key, where that is said, finds the volume"],
    break: rerestore((request, restore, world) => {
      world.lastNumber += 1;
      return restore({ ...request, idempotencyKey: `again-${world.lastNumber}` });
    }),
  },
  {
    name: "maps everything to unexpected",
    caughtBy: [
      "a snapshot that is gone is not-found",
      "a snapshot that never was is not-found",
      "a snapshot that is not ready is invalid",
    ],
    break: rerestore((request, restore) =>
      restore(request).catch((error: BackendError) => {
        throw new BackendError("unexpected", error.message);
      }),
    ),
  },
  {
    name: "names another disk as begun",
    caughtBy: ["the disk that is begun, where that is said, is the restored one"],
    break: rerestore((request, restore) => {
      const { onBegun, ...others } = request;
      return restore({ ...others, onBegun: ({ location }) => onBegun?.({ diskId: "another", location }) });
    }),
  },
  {
    name: "ignores parameters that it does not know",
    caughtBy: ["an unknown parameter is invalid, and named"],
    break: rerestore((request, restore) => restore({ ...request, parameters: {} })),
  },
];

function rerestore(
  broken: (
    request: RestoreRequest,
    restore: (request: RestoreRequest) => Promise<RestoredVolume>,
    world: MemoryTestWorld,
    sound: SnapshotBackend,
  ) => Promise<RestoredVolume>,
): Mutant["break"] {
  return (sound, world) => ({
    restoreSnapshot: (request: RestoreRequest, options?: CallOptions) =>
      broken(request, (changed) => sound.restoreSnapshot?.(changed, options) ?? Promise.reject(), world, sound),
  });
}
