import type { BackendRegistry } from "../backends/backend-registry.ts";
import type { StorageLocation } from "../commands/storage-location.ts";

/** A disk that a restore has made, and how that is proven. */
export interface RestoredDisk extends StorageLocation {
  readonly diskId: string;
  readonly key: string;
}

/**
 * Removes a disk that a restore has left.
 *
 * @throws {Error} if that restore has not made it, or it cannot be removed
 */
export async function undoRestore(
  { backend: name, location, diskId, key }: RestoredDisk,
  registry: BackendRegistry,
  signal: AbortSignal,
): Promise<void> {
  const opened = await registry.open(name);
  if (opened === undefined) {
    throw new Error(`there is no backend ${name} in use: it is one of ${registry.names.join(", ")}`);
  }
  const { backend } = opened;
  if (backend.removeRestored === undefined)
    throw new Error(`the backend ${name} cannot remove ${diskId}: delete it there`);
  await backend.removeRestored({ diskId, location, idempotencyKey: key }, { signal });
}
