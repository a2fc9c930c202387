import { answerPage } from "./list-page.ts";
import type { OperationAnswer, OperationCall } from "./operation-call.ts";
import type { SnapshotRecord } from "./records.ts";
import { toStamp } from "./volume-operations.ts";

/** Operations on snapshots, by the description's names. There are no snapshots of Droplets. */
export const snapshotOperations: Readonly<Record<string, (call: OperationCall) => OperationAnswer>> = {
  snapshots_list(call) {
    const snapshots = call.query["resource_type"] === "droplet" ? [] : call.storage.snapshots;
    return answerPage(
      call,
      "snapshots",
      snapshots.map((snapshot) => toAnswer(snapshot, call)),
    );
  },

  volumeSnapshots_list(call) {
    const { id } = call.storage.volume(String(call.parameters["volume_id"]));
    const snapshots = call.storage.snapshots.filter(({ volumeId }) => volumeId === id);
    return answerPage(
      call,
      "snapshots",
      snapshots.map((snapshot) => toAnswer(snapshot, call)),
    );
  },

  volumeSnapshots_create(call) {
    const { name, tags } = call.body as { name: string; tags?: readonly string[] | null };
    if (tags?.length) call.assertScope("tag:create");
    const snapshot = call.storage.createSnapshot(String(call.parameters["volume_id"]), { name, tags: tags ?? [] });
    return { status: 201, body: { snapshot: toAnswer(snapshot, call) } };
  },

  snapshots_get: getSnapshot,
  volumeSnapshots_get_byId: getSnapshot,
  snapshots_delete: deleteSnapshot,
  volumeSnapshots_delete_byId: deleteSnapshot,
};

function getSnapshot(call: OperationCall): OperationAnswer {
  const snapshot = call.storage.snapshot(String(call.parameters["snapshot_id"]));
  return { status: 200, body: { snapshot: toAnswer(snapshot, call) } };
}

function deleteSnapshot({ storage, parameters }: OperationCall): OperationAnswer {
  storage.deleteSnapshot(String(parameters["snapshot_id"]));
  return { status: 204 };
}

function toAnswer(snapshot: SnapshotRecord, { mayRead }: OperationCall): object {
  const { id, name, volumeId, region, sizeGigabytes, createdAt, tags } = snapshot;
  return {
    id,
    name,
    created_at: toStamp(createdAt),
    regions: [region],
    resource_id: volumeId,
    resource_type: "volume",
    min_disk_size: sizeGigabytes,
    size_gigabytes: sizeGigabytes / 10,
    tags: mayRead("tag:read") ? tags : null,
  };
}
