import { BackendError } from "../backend-error.ts";
import type { Disk } from "../disk.ts";
import type { RestoredVolume, RestoreRequest } from "../restore.ts";
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
  if (earlier !== undefined) return restoredVolume({ location: snapshot.location, id: earlier });
  const record = store.existingRecord(snapshot);
  const { state } = currentView(record, now);
  if (state !== "ready") throw new BackendError("invalid", `snapshot ${snapshot.id} is ${state}, not ready`);
  const disk = { location: snapshot.location, id: `disk-${store.nextNumber()}` };
  store.addDisk(disk, record.content);
  location.restoredByKey.set(key, disk.id);
  return restoredVolume(disk);
}

function restoredVolume(disk: Disk): RestoredVolume {
  return { diskId: disk.id, location: disk.location, persistentVolumeSpec: persistentVolumeSpecOf(disk) };
}
