import {
  BackendError,
  type CallOptions,
  IDEMPOTENCY_KEY_LABEL,
  type RemoveRestoredRequest,
  type RestoredVolume,
  type RestoreRequest,
} from "@k8s-snapshots/backend-api";
import { inPath } from "./digitalocean-api.ts";
import type { DigitalOceanClient } from "./digitalocean-client.ts";
import { ACCOUNT, type SnapshotSource, toSource } from "./digitalocean-snapshot.ts";
import { toLabels, toTags } from "./digitalocean-tags.ts";
import { CSI_DRIVER, type DigitalOceanVolume, findVolumes, toVolume } from "./digitalocean-volume.ts";

/** Makes a volume of a snapshot. A name that is taken is this restore's if the volume carries its key. */
export async function restoreVolume(
  client: DigitalOceanClient,
  request: RestoreRequest,
  options: CallOptions | undefined,
): Promise<RestoredVolume> {
  const parameters = parseParameters(request.parameters ?? {});
  const { id } = request.snapshot;
  const source = await readSource(client, id, options);
  const region = regionOf(id, source, parameters.region);
  const name = /^[a-z]/.test(request.name) ? request.name : `r-${request.name}`.slice(0, 63);
  const creation = {
    tags: toTags({ ...request.labels, [IDEMPOTENCY_KEY_LABEL]: request.idempotencyKey }),
    doing: `creating volume ${name} in ${region} from snapshot ${id}`,
    scopes: ["block_storage:create", "block_storage:read", "block_storage_snapshot:read", "tag:create"],
    changes: true,
  };
  const form = { name, region, snapshot_id: id, size_gigabytes: parameters.sizeGigabytes ?? source.minDiskSize };
  let volume: DigitalOceanVolume;
  try {
    const answer = await client.call(creation, (api) => api.blockStorage.createBlockStorage(form), options);
    volume = toVolume(answer, creation);
  } catch (error) {
    if ((error as BackendError).code !== "in-use") throw error;
    const [found] = await findVolumes(client, name, region, options);
    if (!found || toLabels(found.tags)[IDEMPOTENCY_KEY_LABEL] !== request.idempotencyKey) {
      throw new BackendError("invalid", `${creation.doing}: there is another volume of that name: choose another one`);
    }
    volume = found;
  }
  request.onBegun?.({ diskId: volume.id, location: ACCOUNT });
  const inRegion = { key: "region", operator: "In", values: [region] };
  return {
    diskId: volume.id,
    location: ACCOUNT,
    persistentVolumeSpec: {
      csi: { driver: CSI_DRIVER, volumeHandle: volume.id },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [inRegion] }] } },
    },
  };
}

/** Deletes a volume that carries the key as its tag, as a restore sets it. */
export async function removeRestoredVolume(
  client: DigitalOceanClient,
  { diskId, idempotencyKey }: RemoveRestoredRequest,
  options: CallOptions | undefined,
): Promise<void> {
  const reading = { doing: `reading volume ${diskId}`, scopes: ["block_storage:read", "tag:read"] };
  const deletion = { doing: `deleting volume ${diskId}`, scopes: ["block_storage:delete"], changes: true };
  try {
    const answer = await client.call(reading, (api) => api.blockStorage.getBlockStorageById(inPath(diskId)), options);
    const { tags } = toVolume(answer, reading);
    if (toLabels(tags)[IDEMPOTENCY_KEY_LABEL] !== idempotencyKey) {
      throw new BackendError(
        "invalid",
        `cannot remove volume ${diskId}: the restore ${idempotencyKey} has not made it`,
      );
    }
    await client.call(deletion, (api) => api.blockStorage.deleteBlockStorageById(inPath(diskId)), options);
  } catch (error) {
    if ((error as BackendError).code !== "not-found") throw error;
  }
}

async function readSource(
  client: DigitalOceanClient,
  id: string,
  options: CallOptions | undefined,
): Promise<SnapshotSource> {
  const call = { doing: `reading snapshot ${id}`, scopes: ["block_storage_snapshot:read"] };
  const answer = await client.call(call, ({ snapshots }) => snapshots.getSnapshotById(inPath(id)), options);
  return toSource(answer, call);
}

/** A snapshot can be restored where it is, which is one region. */
function regionOf(id: string, { regions }: SnapshotSource, wanted: string | undefined): string {
  const [only, ...others] = regions;
  const region = wanted ?? (others.length === 0 ? only : undefined);
  if (region !== undefined && regions.includes(region)) return region;
  throw invalid("region", `must be one that snapshot ${id} is in: ${regions.join(", ") || "none"}`);
}

function parseParameters({ region, sizeGigabytes, ...others }: Readonly<Record<string, string>>): {
  readonly region: string | undefined;
  readonly sizeGigabytes: number | undefined;
} {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(unknown, "is unknown: remove it");
  if (sizeGigabytes !== undefined && !/^[1-9]\d{0,4}$/.test(sizeGigabytes)) {
    throw invalid("sizeGigabytes", "must be a whole number of GiB above zero");
  }
  return { region, sizeGigabytes: sizeGigabytes === undefined ? undefined : Number(sizeGigabytes) };
}

function invalid(parameter: string, what: string): BackendError {
  return new BackendError("invalid", `parameter ${parameter} of a restore on DigitalOcean ${what}`);
}
