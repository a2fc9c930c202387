import { BackendError, type CreateSnapshotGroupRequest, type Snapshot, type SnapshotBackend } from "../../src/index.ts";
import type { MemoryTestWorld } from "../memory-harness.ts";
import type { CallOptions, Mutant } from "./mutant.ts";

type Group = readonly Snapshot[];

const refusals = {
  missing: "a group with a disk that does not exist is not-found, and not begun",
  together: "a group of disks that cannot be in one is invalid, and not begun",
};

export const groupMutants: readonly Mutant[] = [
  {
    name: "answers for a group in the order of the ids of its disks",
    caughtBy: ["the answer is one snapshot for each disk, in their order, with the labels"],
    break: regroup(async (request, group) =>
      (await group(request)).toSorted((a, b) => a.diskId.localeCompare(b.diskId)),
    ),
  },
  {
    name: "answers for a group without labels",
    caughtBy: ["the answer is one snapshot for each disk, in their order, with the labels"],
    break: regroup(async (request, group) => (await group(request)).map((snapshot) => ({ ...snapshot, labels: {} }))),
  },
  {
    name: "labels the first of a group only",
    caughtBy: ["the list has each of a group, with the labels"],
    break: regroup(async (request, group, { storage }) => {
      const [first, ...others] = await group(request);
      for (const other of others) storage.setLabels(other, {});
      return first ? [first, ...others] : [];
    }),
  },
  {
    name: "sets the labels after it began a group",
    caughtBy: ["at no moment does one of a group lack a label"],
    break: regroup(async (request, group, { storage }) => {
      const bare = await group({ ...request, labels: {} });
      for (const snapshot of bare) storage.setLabels(snapshot, request.labels);
      return bare.map((snapshot) => ({ ...snapshot, labels: request.labels }));
    }),
  },
  {
    name: "never lets a group become ready",
    caughtBy: ["each of a group becomes ready by itself"],
    break: regroup(async (request, group, { storage }) => {
      const made = await group(request);
      for (const snapshot of made) storage.setState(snapshot, "pending");
      return made;
    }),
  },
  {
    name: "deletes a group as a whole",
    caughtBy: ["one of a group is deleted by itself, and the others stay"],
    break: (sound, { storage }) => {
      let made: Group = [];
      const methods: Partial<SnapshotBackend> = {
        async createSnapshotGroup(request, options) {
          made = (await sound.createSnapshotGroup?.(request, options)) ?? [];
          return made;
        },
        async deleteSnapshot(snapshot, options) {
          const isMember = made.some(({ id }) => id === snapshot.id);
          await sound.deleteSnapshot(snapshot, options);
          if (isMember) for (const other of [...storage.snapshots("home")]) await sound.deleteSnapshot(other, options);
        },
      };
      return methods;
    },
  },
  {
    name: "begins a group one snapshot after another",
    caughtBy: [refusals.missing, refusals.together],
    break: oneByOne(),
  },
  {
    name: "does not name the disk that a group lacks",
    caughtBy: [refusals.missing],
    break: regroup((request, group) => group(request).catch((error) => rethrow(error, { message: "no such disk" }))),
  },
  {
    name: "stops the whole location for a group that cannot be",
    caughtBy: [refusals.missing, refusals.together],
    break: regroup((request, group) => group(request).catch((error) => rethrow(error, { scope: "location" }))),
  },
  {
    name: "begins a group although a quota is used up",
    caughtBy: ["createSnapshotGroup refused as limit-reached says so"],
    break: regroup((request, group) =>
      group(request).catch(async (error: BackendError) => {
        if (error.code === "limit-reached") await group(request);
        throw error;
      }),
    ),
  },
  {
    name: "begins a new group each time",
    caughtBy: [
      "a group's key used again, where that is said, finds the snapshots, in the order of the disks",
      "a group's key used again is recognised by its token",
      "a lost answer to a group has an unknown outcome, and the group is found again",
    ],
    break: regroup((request, group, world) => {
      world.lastNumber += 1;
      return group({ ...request, idempotencyKey: `${request.idempotencyKey}-${world.lastNumber}` });
    }),
  },
  {
    name: "does not begin a group where it was asked to look first",
    caughtBy: ["mayExist with a new key begins a group"],
    break: (sound) => {
      const known = new Set<string>();
      const methods: Partial<SnapshotBackend> = {
        async createSnapshotGroup(request, options) {
          const isNew = !known.has(request.idempotencyKey);
          known.add(request.idempotencyKey);
          if (request.mayExist && isNew) throw new BackendError("not-found", "there is none with this key");
          return (await sound.createSnapshotGroup?.(request, options)) ?? [];
        },
      };
      return methods;
    },
  },
  {
    name: "says that nothing was done when the answer to a group is lost",
    caughtBy: ["a lost answer to a group has an unknown outcome, and the group is found again"],
    break: regroup((request, group) => group(request).catch((error) => rethrow(error, { outcome: "not-done" }))),
  },
];

function rethrow(error: BackendError, change: { message?: string; scope?: "location"; outcome?: "not-done" }): never {
  const { message, scope = error.scope, outcome = error.outcome } = { message: error.message, ...change };
  throw new BackendError(error.code, message, { scope, outcome });
}

function oneByOne(): Mutant["break"] {
  return (sound) => ({
    async createSnapshotGroup(
      { disks, idempotencyKey, ...request }: CreateSnapshotGroupRequest,
      options?: CallOptions,
    ) {
      const made: Snapshot[] = [];
      for (const disk of disks) {
        made.push(
          await sound.createSnapshot({ ...request, disk, idempotencyKey: `${idempotencyKey}-${disk.id}` }, options),
        );
      }
      return made;
    },
  });
}

function regroup(
  broken: (
    request: CreateSnapshotGroupRequest,
    group: (request: CreateSnapshotGroupRequest) => Promise<Group>,
    world: MemoryTestWorld,
  ) => Promise<Group>,
): Mutant["break"] {
  return (sound, world) => ({
    createSnapshotGroup: (request: CreateSnapshotGroupRequest, options?: CallOptions) =>
      broken(request, (changed) => sound.createSnapshotGroup?.(changed, options) ?? Promise.reject(), world),
  });
}
