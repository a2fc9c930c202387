import { BackendError, type RemoveRestoredRequest, type SnapshotBackend } from "../../src/index.ts";
import type { MemoryTestWorld } from "../memory-harness.ts";
import type { CallOptions, Mutant } from "./mutant.ts";

export const removeRestoredMutants: readonly Mutant[] = [
  {
    name: "says that it has removed a restored volume, and does not",
    caughtBy: ["a restored volume that is removed is gone, and the snapshot stays"],
    break: reremove(async () => undefined),
  },
  {
    name: "removes the snapshot with the restored volume",
    caughtBy: ["a restored volume that is removed is gone, and the snapshot stays"],
    break: reremove(async (request, remove, { storage }) => {
      await remove(request);
      for (const { id, location } of storage.snapshots("home")) storage.setState({ id, location }, "failed");
    }),
  },
  {
    name: "finds no fault with a volume that carries another key",
    caughtBy: [
      "a volume of another restore is invalid, and stays",
      "a volume that no restore has made is invalid, and stays",
    ],
    break: reremove((request, remove) => remove(request).catch(() => undefined)),
  },
  {
    name: "complains of a restored volume that is gone",
    caughtBy: ["a restored volume that is gone already is a success"],
    break: (sound) => {
      const removed = new Set<string>();
      return {
        removeRestored: async (request: RemoveRestoredRequest, options?: CallOptions) => {
          if (removed.has(request.diskId)) throw new BackendError("not-found", `${request.diskId} is gone`);
          await sound.removeRestored?.(request, options);
          removed.add(request.diskId);
        },
      };
    },
  },
];

function reremove(
  broken: (
    request: RemoveRestoredRequest,
    remove: (request: RemoveRestoredRequest) => Promise<void>,
    world: MemoryTestWorld,
    sound: SnapshotBackend,
  ) => Promise<void>,
): Mutant["break"] {
  return (sound, world) => ({
    removeRestored: (request: RemoveRestoredRequest, options?: CallOptions) =>
      broken(request, (changed) => sound.removeRestored?.(changed, options) ?? Promise.reject(), world, sound),
  });
}
