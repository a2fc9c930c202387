import { BackendError } from "../backend-error.ts";
import type { Disk, DiskSpec, PersistentVolumeView } from "../disk.ts";
import type { MemoryStore } from "./memory-store.ts";

/** The CSI driver whose volumes are in memory. A `volumeHandle` is `LOCATION/ID`. */
export const MEMORY_CSI_DRIVER = "memory.csi.k8s-snapshots.example";

export function diskOfVolume(volume: PersistentVolumeView, store: MemoryStore): Disk | undefined {
  const { csi } = volume.spec;
  if (csi?.driver !== MEMORY_CSI_DRIVER) return undefined;
  const handle: unknown = csi.volumeHandle;
  const parts = typeof handle === "string" ? /^([^/]+)\/(.+)$/.exec(handle) : null;
  if (!parts?.[1] || !parts[2]) {
    throw new BackendError(
      "invalid",
      `volume ${volume.metadata.name}: spec.csi.volumeHandle is ${JSON.stringify(handle)}, not LOCATION/ID`,
    );
  }
  return knownDisk({ location: parts[1], id: parts[2] }, "spec.csi.volumeHandle", store);
}

export function diskOfSpec(spec: DiskSpec, store: MemoryStore): Disk {
  const unknown = Object.keys(spec).find((field) => field !== "location" && field !== "id");
  if (unknown !== undefined) {
    throw new BackendError(
      "invalid",
      `spec.disk.${unknown} is not a field of a disk in memory: it has location and id`,
    );
  }
  const disk = { location: textField(spec, "location"), id: textField(spec, "id") };
  return knownDisk(disk, "spec.disk.location", store);
}

/** What a PersistentVolume's spec says to name the disk. */
export function persistentVolumeSpecOf(disk: Disk): { csi: { driver: string; volumeHandle: string } } {
  return { csi: { driver: MEMORY_CSI_DRIVER, volumeHandle: `${disk.location}/${disk.id}` } };
}

function textField(spec: DiskSpec, field: string): string {
  const value = spec[field];
  if (typeof value === "string" && value !== "") return value;
  throw new BackendError(
    "invalid",
    `spec.disk.${field} must be a text that isn't empty, but is ${JSON.stringify(value)}`,
  );
}

/** With its details, if it exists and has some; its location must exist. */
function knownDisk(disk: Disk, field: string, store: MemoryStore): Disk {
  if (!store.hasLocation(disk.location)) {
    throw new BackendError("invalid", `${field}: there is no location ${JSON.stringify(disk.location)}`);
  }
  const details = store.location(disk.location).disks.get(disk.id)?.details;
  return details ? { ...disk, details } : disk;
}
