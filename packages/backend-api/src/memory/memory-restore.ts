import { BackendError } from "../backend-error.ts";
import type { Disk } from "../disk.ts";
import type { RemoveRestoredRequest, RestoredVolume, RestoreRequest } from "../restore.ts";
import { persistentVolumeSpecOf } from "./memory-disk.ts";
import { currentView } from "./memory-record.ts";
import type { MemoryStore } from "./memory-store.ts";

/** Makes a disk of a snapshot; the one that the key has made already, if there is one. */
export function restoreDisk(store: MemoryStore, request: RestoreRequest, now: number): RestoredVolume {
  const { snapshot, idempotencyKey: key, parameters } = request;
  const [unknown] = Object.keys(parameters ?? {});
  if (unknown !== undefined) {
    throw new BackendError("invalid", `parameter ${unknown}: disks in memory take no parameters`);
  }
  const location = store.location(snapshot.location);
  const earlier = location.restoredByKey.get(key);
  if (earlier !== undefined) {
    request.onBegun?.({ diskId: earlier, location: snapshot.location });
    return restoredVolume({ location: snapshot.location, id: earlier });
  }
  const record = store.existingRecord(snapshot);
  const { state } = currentView(record, now);
  if (state !== "ready") throw new BackendError("invalid", `snapshot ${snapshot.id} is ${state}, not ready`);
  const disk = { location: snapshot.location, id: `disk-${store.nextNumber()}` };
  store.addDisk(disk, record.content);
  location.restoredByKey.set(key, disk.id);
  request.onBegun?.({ diskId: disk.id, location: disk.location });
  return restoredVolume(disk);
}

/** Deletes a disk that the key has made. */
export function removeRestoredDisk(store: MemoryStore, request: RemoveRestoredRequest): void {
  const { diskId, idempotencyKey: key } = request;
  const { disks, restoredByKey } = store.location(request.location);
  if (!disks.has(diskId)) return;
  if (restoredByKey.get(key) !== diskId) {
    throw new BackendError("invalid", `cannot remove disk ${diskId}: the restore ${key} has not made it`);
  }
  disks.delete(diskId);
  restoredByKey.delete(key);
}

function restoredVolume(disk: Disk): RestoredVolume {
  return { diskId: disk.id, location: disk.location, persistentVolumeSpec: persistentVolumeSpecOf(disk) };
}
