import {
  BackendError,
  printable,
  type Snapshot,
  type SnapshotBackend,
  type SnapshotState,
} from "@k8s-snapshots/backend-api";
import type { ListedSnapshot } from "../state/claim-snapshots.ts";
import { decidingLabels } from "../state/deciding-labels.ts";
import { decorate } from "./decorate.ts";

/** Refuses answers that lack a field which decisions rely on: a backend's fault must not look like the disk's. */
export function checkAnswers(backend: SnapshotBackend): SnapshotBackend {
  const { readSnapshot } = backend;
  return decorate(backend, {
    createSnapshot: async (request, options) => checked(await backend.createSnapshot(request, options)),
    ...(readSnapshot && {
      readSnapshot: async (reference, options) => {
        const snapshot = await readSnapshot.call(backend, reference, options);
        return snapshot && checked(snapshot);
      },
    }),
    listSnapshots: (request, options) => checkedList(backend.listSnapshots(request, options)),
  });
}

async function* checkedList(list: AsyncIterable<Snapshot>): AsyncGenerator<Snapshot> {
  for await (const snapshot of list) yield checked(snapshot);
}

/** @throws {BackendError} `unexpected` if a field is missing or malformed */
export function checked(snapshot: Snapshot): Snapshot {
  const fault = faultOf(snapshot);
  if (fault === undefined) return snapshot;
  throw new BackendError("unexpected", `the backend answered with a snapshot ${snapshot?.id} whose ${fault}`, {
    retryable: true,
    scope: "location",
  });
}

const states: ReadonlySet<SnapshotState> = new Set(["pending", "ready", "failed", "deleting", "unknown"]);

function faultOf({ id, diskId, createdAt, state, labels }: Snapshot): string | undefined {
  if (typeof id !== "string" || id === "" || id.includes("\n")) return "id is missing or malformed";
  if (!states.has(state)) return `state is ${state}`;
  if (typeof diskId !== "string" || (diskId === "" && state !== "unknown")) return "diskId is missing";
  if (!(createdAt instanceof Date)) return "createdAt is not a Date";
  if (Number.isNaN(createdAt.getTime()) && state !== "unknown") return "createdAt is not a valid Date";
  if (typeof labels !== "object" || labels === null) return "labels are missing";
  return undefined;
}

/** The part of a snapshot that decisions look at. */
export function listedSnapshot({ id, createdAt, state, labels, failure }: Snapshot): ListedSnapshot {
  return {
    id,
    createdAt: createdAt.getTime(),
    state,
    labels: decidingLabels(labels),
    ...(failure !== undefined && { failure: printable(failure) }),
  };
}
