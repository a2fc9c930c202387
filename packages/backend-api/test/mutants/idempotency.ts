import { setImmediate } from "node:timers/promises";
import { BackendError } from "../../src/index.ts";
import { type CallOptions, type CreateRequest, type Mutant, recreate } from "./mutant.ts";

export const idempotencyMutants: readonly Mutant[] = [
  {
    name: "makes a new snapshot each time",
    caughtBy: [
      "a key used again, where that is said, finds the snapshot",
      "a key used again is recognised by its token",
      "two calls at once with one key make one snapshot",
      "a lost answer has an unknown outcome, and is found again",
    ],
    break: recreate((request, world) => {
      world.lastNumber += 1;
      return { ...request, idempotencyKey: `${request.idempotencyKey}-${world.lastNumber}` };
    }),
  },
  {
    name: "takes the disk for the key",
    caughtBy: ["two keys make two snapshots of one disk"],
    break: recreate((request) => ({ ...request, idempotencyKey: request.disk.id })),
  },
  {
    name: "does not create where it was asked to look first",
    caughtBy: ["mayExist with a new key creates"],
    break: (sound) => ({
      async createSnapshot(request: CreateRequest, options?: CallOptions) {
        if (!request.mayExist) return sound.createSnapshot(request, options);
        const [found] = await Array.fromAsync(
          sound.listSnapshots({ location: request.disk.location, labels: request.labels }, options),
        );
        if (found) return found;
        throw new BackendError("not-found", "there is none with this key");
      },
    }),
  },
  {
    name: "says that nothing was done when an answer is lost",
    caughtBy: ["a lost answer has an unknown outcome, and is found again"],
    break: (sound) => ({
      createSnapshot: (request: CreateRequest, options?: CallOptions) =>
        sound.createSnapshot(request, options).catch((error: BackendError) => {
          throw error.code === "unavailable" ? new BackendError("unavailable", error.message) : error;
        }),
    }),
  },
  {
    name: "looks, then creates, with time for another in between",
    caughtBy: ["two calls at once with one key make one snapshot"],
    break: (sound, world) => {
      const made = new Map<string, Awaited<ReturnType<typeof sound.createSnapshot>>>();
      return {
        async createSnapshot(request: CreateRequest, options?: CallOptions) {
          const found = made.get(request.idempotencyKey);
          if (found) return found;
          await setImmediate();
          world.lastNumber += 1;
          const snapshot = await sound.createSnapshot(
            { ...request, idempotencyKey: `${request.idempotencyKey}-${world.lastNumber}` },
            options,
          );
          made.set(request.idempotencyKey, snapshot);
          return snapshot;
        },
      };
    },
  },
];
