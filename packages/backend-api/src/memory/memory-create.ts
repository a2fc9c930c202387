import { BackendError } from "../backend-error.ts";
import type { Disk } from "../disk.ts";
import type { CreateSnapshotGroupRequest } from "../group.ts";
import { IDEMPOTENCY_KEY_LABEL } from "../labels.ts";
import type { CreateSnapshotRequest, Labels, Snapshot } from "../snapshot.ts";
import type { MemoryBackendSettings } from "./memory-call.ts";
import { isListed } from "./memory-list.ts";
import type { MemoryFault } from "./memory-options.ts";
import { currentView, type MemoryRecord } from "./memory-record.ts";
import type { MemoryCreation, MemoryStore } from "./memory-store.ts";

/** What one snapshot and a group have in common. */
type CreationRequest = Omit<CreateSnapshotRequest, "disk">;

/** Takes a snapshot; finds the one that the key has made already, if there is one. */
export function createSnapshot(
  store: MemoryStore,
  settings: MemoryBackendSettings,
  request: CreateSnapshotRequest,
  fault: MemoryFault | undefined,
): Snapshot {
  assertParameters(request.parameters);
  const { disk, idempotencyKey: key } = request;
  const record =
    findMade(store, settings, request, disk, key) ??
    store.create({
      ...creationOf(settings, request, disk, key, labelsOf(settings, request), fault),
      volume: settings.capabilities.volumeFacts ? request.volume : undefined,
    });
  return currentView(record, store.now().getTime());
}

/** Takes a snapshot of each disk, or of none. */
export function createSnapshotGroup(
  store: MemoryStore,
  settings: MemoryBackendSettings,
  request: CreateSnapshotGroupRequest,
  fault: MemoryFault | undefined,
): readonly Snapshot[] {
  assertParameters(request.parameters);
  const location = locationOf(request.disks);
  const members = request.disks.map((disk) => ({ disk, key: `${request.idempotencyKey}/${disk.id}` }));
  const made = members.flatMap(({ disk, key }) => findMade(store, settings, request, disk, key) ?? []);
  if (made.length > 0 && made.length < members.length) {
    const message = `${made.length} of the ${members.length} snapshots of the group are there: look what became of the others`;
    throw new BackendError("unexpected", message);
  }
  const labels = labelsOf(settings, request);
  const records =
    made.length > 0
      ? made
      : store.createGroup(
          location,
          members.map(({ disk, key }) => creationOf(settings, request, disk, key, labels, fault)),
        );
  const now = store.now().getTime();
  return records.map((record) => currentView(record, now));
}

function creationOf(
  settings: MemoryBackendSettings,
  { name, parameters }: CreationRequest,
  disk: Disk,
  key: string,
  labels: Labels,
  fault: MemoryFault | undefined,
): MemoryCreation {
  return {
    disk,
    labels,
    name,
    key,
    parameters,
    pendingMs: fault?.pendingMs ?? settings.snapshotDuration(disk) ?? Number.POSITIVE_INFINITY,
    settlesAs: fault?.failSnapshot ? "failed" : "ready",
  };
}

function labelsOf(settings: MemoryBackendSettings, { labels, idempotencyKey }: CreationRequest): Labels {
  return settings.idempotency === "token" ? { ...labels } : { ...labels, [IDEMPOTENCY_KEY_LABEL]: idempotencyKey };
}

function findMade(
  store: MemoryStore,
  settings: MemoryBackendSettings,
  { mayExist }: CreationRequest,
  disk: Disk,
  key: string,
): MemoryRecord | undefined {
  const takesTokens = settings.idempotency === "token";
  if (!takesTokens && !mayExist) return undefined;
  const record = store.location(disk.location).byKey.get(key);
  if (!record || takesTokens) return record;
  return isListed(record, store.now().getTime()) ? record : undefined;
}

function assertParameters(parameters: CreateSnapshotRequest["parameters"]): void {
  if (!parameters) return;
  for (const [name, value] of Object.entries(parameters)) {
    if (name !== "class") throw new BackendError("invalid", `parameter ${name}: a snapshot in memory takes class only`);
    if (value === "") throw new BackendError("invalid", "parameter class must not be empty");
  }
}

function locationOf(disks: readonly Disk[]): string {
  const [first] = disks;
  const ids = new Set(disks.map(({ id }) => id));
  if (
    first &&
    ids.size > 1 &&
    ids.size === disks.length &&
    disks.every(({ location }) => location === first.location)
  ) {
    return first.location;
  }
  throw new BackendError("invalid", "a group must be of two or more disks of one location, none twice");
}
