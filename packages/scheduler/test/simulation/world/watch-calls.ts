import { type CallOptions, isBackendError, type Snapshot, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import { decorate } from "../../../src/gate/decorate.ts";
import type { Instant } from "../../../src/state/time.ts";
import type { CallObserver, CreationRecord, DeletionRecord, ProcessRecord } from "./call-log.ts";
import type { Witness } from "./witness.ts";

/** What {@link watchCalls} is connected to. */
export interface WatchPorts {
  readonly witness: Witness;
  readonly observer: CallObserver;
  readonly now: () => Instant;
  readonly deletions: DeletionRecord[];
  readonly creations: CreationRecord[];

  /** What is missing from the list that is begun now. */
  readonly hiddenFromList: () => (snapshot: Snapshot) => boolean;

  /** Whether what is sent now is carried out even if the process is killed meanwhile. */
  readonly outlives: () => boolean;
}

/** Notes all that one process asks of the storage system and is answered. The last thing before the storage system. */
export function watchCalls(backend: SnapshotBackend, process: ProcessRecord, ports: WatchPorts): SnapshotBackend {
  const { witness, observer, now } = ports;
  const { readSnapshot } = backend;
  const sent = (options: CallOptions | undefined): CallOptions | undefined => {
    if (options === undefined || !ports.outlives()) return options;
    const { signal, ...rest } = options;
    return rest;
  };
  return decorate(backend, {
    async createSnapshot(request, options) {
      const creation: CreationRecord = {
        at: now(),
        diskId: request.disk.id,
        process: process.name,
        key: request.idempotencyKey,
        labels: request.labels,
        mayExist: request.mayExist === true,
        outcome: "sent",
      };
      observer.onCreation(process, creation, request);
      ports.creations.push(creation);
      try {
        const snapshot = await backend.createSnapshot(request, sent(options));
        creation.outcome = "done";
        process.told.set(snapshot.id, 0);
        return snapshot;
      } catch (error) {
        creation.outcome = isBackendError(error) && error.outcome === "not-done" ? "refused" : "unknown";
        throw error;
      }
    },
    async deleteSnapshot(reference, options) {
      const witnessed = witness.all.get(reference.id);
      const rule = process.rules.get(witnessed?.diskId ?? "")?.at(-1)?.rule;
      const deletion: DeletionRecord = {
        at: now(),
        id: reference.id,
        diskId: witnessed?.diskId ?? "",
        process: process.name,
        reason: process.reasons.get(reference.id),
        schedule: witnessed?.schedule,
        under: rule?.deltas?.text,
        outcome: "sent",
      };
      observer.onDeletion(process, deletion);
      ports.deletions.push(deletion);
      process.leaving.add(reference.id);
      try {
        await backend.deleteSnapshot(reference, sent(options));
        deletion.outcome = "done";
        witness.gone(reference.id, "daemon");
      } catch (error) {
        const isRefused = isBackendError(error) && error.outcome === "not-done";
        deletion.outcome = isRefused ? "refused" : "unknown";
        if (isRefused) process.leaving.delete(reference.id);
        else if (!witness.exists(reference.id)) witness.gone(reference.id, "daemon");
        throw error;
      }
    },
    listSnapshots: (request, options) => watchedList(backend.listSnapshots(request, options), process, ports),
    ...(readSnapshot && {
      async readSnapshot(reference, options) {
        observer.onRead(process, reference.id);
        const snapshot = await readSnapshot.call(backend, reference, options);
        process.reads.set(reference.id, { at: now(), snapshot });
        return snapshot;
      },
    }),
  });
}

async function* watchedList(
  list: AsyncIterable<Snapshot>,
  process: ProcessRecord,
  { now, witness, hiddenFromList }: WatchPorts,
): AsyncGenerator<Snapshot> {
  const begunAt = now();
  const isHidden = hiddenFromList();
  const rows = new Map<string, Snapshot>();
  for await (const snapshot of list) {
    if (isHidden(snapshot)) continue;
    rows.set(snapshot.id, snapshot);
    yield snapshot;
  }
  process.endedList = { begunAt, endedAt: now(), rows };
  for (const id of process.leaving) {
    if (!rows.has(id) && witness.all.get(id)?.gone !== undefined) process.leaving.delete(id);
  }
  process.lists++;
  noteTold(process, rows);
}

function noteTold({ told }: ProcessRecord, rows: ReadonlyMap<string, Snapshot>): void {
  for (const [id, missed] of told) {
    if (missed > 2) told.delete(id);
    else told.set(id, missed + 1);
  }
  for (const id of rows.keys()) told.set(id, 0);
}
