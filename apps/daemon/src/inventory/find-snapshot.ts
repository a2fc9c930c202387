import type { ClusterReading } from "../cluster-reading/read-cluster.ts";
import { type OwnedSnapshot, ownedSnapshots } from "./cluster-inventory.ts";

/**
 * The one snapshot of ours with an id, or a name.
 *
 * @throws {Error} if there is none, or more than one: what to do
 */
export function findSnapshot(reading: ClusterReading, id: string): OwnedSnapshot {
  const owned = ownedSnapshots(reading);
  const byId = owned.filter((one) => one.id === id);
  const found = byId.length > 0 ? byId : owned.filter((one) => one.name === id);
  const [first] = found;
  if (first === undefined) {
    const unlisted = reading.locations.filter(({ error }) => error !== undefined);
    const away = unlisted.map(({ backend, location }) => `${backend} ${location} could not be listed`);
    const why = ["no location where a rule has a disk has it under this cluster's mark", ...away].join("; ");
    throw new Error(`there is no snapshot ${id} of ours: ${why}; see k8s-snapshots list snapshots`);
  }
  if (found.length > 1) {
    const places = found.map((one) => `${one.backend}/${one.location} ${one.id}`).join(", ");
    throw new Error(
      `there are ${found.length} snapshots ${id}: ${places}; name one by its id, with --location BACKEND/LOCATION`,
    );
  }
  return first;
}
