import {
  BackendError,
  HOLD_LABEL,
  IDEMPOTENCY_KEY_LABEL,
  type Labels,
  MARKS_LABEL,
  type Snapshot,
} from "../../src/index.ts";
import { type CallOptions, type CreateRequest, type Mutant, recreate, relist } from "./mutant.ts";

export const createMutants: readonly Mutant[] = [
  {
    name: "sets the labels after it created",
    caughtBy: ["at no moment does it lack a label"],
    break: (sound, { storage }) => ({
      async createSnapshot(request: CreateRequest, options?: CallOptions) {
        const bare = await sound.createSnapshot({ ...request, labels: {} }, options);
        storage.setLabels(bare, request.labels);
        return { ...bare, labels: request.labels };
      },
    }),
  },
  {
    name: "answers without labels",
    caughtBy: ["the answer is the snapshot, with its labels"],
    break: recreate(
      (request) => request,
      (snapshot) => ({ ...snapshot, labels: {} }),
    ),
  },
  {
    name: "answers with another disk's id",
    caughtBy: ["the answer is the snapshot, with its labels"],
    break: recreate(
      (request) => request,
      (snapshot) => ({ ...snapshot, diskId: "another" }),
    ),
  },
  {
    name: "lists it with another disk's id",
    caughtBy: ["the list has it, with its labels", "the snapshots of all disks of the location are in one list"],
    break: relist((snapshots) => snapshots.map((snapshot) => ({ ...snapshot, diskId: "another" }))),
  },
  {
    name: "lists another idempotency key",
    caughtBy: ["the list has it, with its labels"],
    break: relist(relabel((labels) => ({ ...labels, [IDEMPOTENCY_KEY_LABEL]: "another" }))),
  },
  {
    name: "gives dates as texts",
    caughtBy: ["createdAt is a Date, and now"],
    break: relist((snapshots) =>
      snapshots.map((snapshot) => ({ ...snapshot, createdAt: snapshot.createdAt.toISOString() as unknown as Date })),
    ),
  },
  {
    name: "takes local time for UTC",
    caughtBy: ["createdAt is a Date, and now"],
    break: relist((snapshots) =>
      snapshots.map((snapshot) => ({ ...snapshot, createdAt: new Date(snapshot.createdAt.getTime() + 3_600_000) })),
    ),
  },
  {
    name: "answers with an invalid date",
    caughtBy: ["createdAt is a Date, and now"],
    break: recreate(
      (request) => request,
      (snapshot) => ({ ...snapshot, createdAt: new Date(Number.NaN) }),
    ),
  },
  {
    name: "gives sizes as fractions",
    caughtBy: ["a size and a name are sane where they are there"],
    break: relist((snapshots) => snapshots.map((snapshot) => ({ ...snapshot, sizeBytes: 0.5 }))),
  },
  {
    name: "calls pending ready",
    caughtBy: ["it is not called ready before it is"],
    break: relist(restate("pending", "ready")),
  },
  {
    name: "answers ready for pending",
    caughtBy: ["it is answered while it is pending"],
    break: recreate(
      (request) => request,
      (snapshot) => ({ ...snapshot, state: "ready" }),
    ),
  },
  {
    name: "never notices that it became ready",
    caughtBy: ["it becomes ready by itself"],
    break: relist(restate("ready", "pending")),
  },
  {
    name: "calls failed pending",
    caughtBy: ["one that failed is listed as failed"],
    break: relist(restate("failed", "pending")),
  },
  {
    name: "maps a missing disk to unexpected",
    caughtBy: ["a disk that does not exist is not-found"],
    break: (sound) => ({
      createSnapshot: (request: CreateRequest, options?: CallOptions) =>
        sound.createSnapshot(request, options).catch((error: BackendError) => {
          if (error.code !== "not-found") throw error;
          throw new BackendError("unexpected", error.message);
        }),
    }),
  },
  {
    name: "stops the whole location for a disk that is gone",
    caughtBy: ["a disk that does not exist is not-found"],
    break: (sound) => ({
      createSnapshot: (request: CreateRequest, options?: CallOptions) =>
        sound.createSnapshot(request, options).catch((error: BackendError) => {
          throw new BackendError(error.code, error.message, { scope: "location" });
        }),
    }),
  },
  {
    name: "keeps the marks of the first snapshot",
    caughtBy: ["what the scheduler marks a snapshot with comes back as it was"],
    break: relist(relabel((labels) => (MARKS_LABEL in labels ? { ...labels, [MARKS_LABEL]: "1-first" } : labels))),
  },
  {
    name: "cuts the values of labels",
    caughtBy: ["values of 63 characters come back whole"],
    break: recreate((request) => ({ ...request, labels: mapValues(request.labels, (value) => value.slice(0, 60)) })),
  },
  {
    name: "takes a character of a schedule for another",
    caughtBy: ["a schedule, and the longest value with every character that is allowed, come back as they were"],
    break: recreate((request) => ({
      ...request,
      labels: mapValues(request.labels, (value) => value.replaceAll(" ", "_")),
    })),
  },
  {
    name: "lowers the case of labels",
    caughtBy: ["values as Kubernetes allows them come back as they were"],
    break: recreate((request) => ({ ...request, labels: mapValues(request.labels, (value) => value.toLowerCase()) })),
  },
  {
    name: "does not translate the hold label back",
    caughtBy: ["the hold label comes back as the project spells it", "a hold set by hand is read"],
    break: relist(
      relabel(({ [HOLD_LABEL]: hold, ...labels }) => (hold === undefined ? labels : { ...labels, k8s_hold: hold })),
    ),
  },
];

function restate(from: Snapshot["state"], to: Snapshot["state"]): (snapshots: Snapshot[]) => Snapshot[] {
  return (snapshots) =>
    snapshots.map((snapshot) => ({ ...snapshot, state: snapshot.state === from ? to : snapshot.state }));
}

function relabel(change: (labels: Labels) => Labels): (snapshots: Snapshot[]) => Snapshot[] {
  return (snapshots) => snapshots.map((snapshot) => ({ ...snapshot, labels: change(snapshot.labels) }));
}

function mapValues(labels: Labels, change: (value: string) => string): Labels {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, change(value)]));
}
