import {
  BackendError,
  type CallOptions,
  type Disk,
  type DiskSpec,
  type PersistentVolumeView,
} from "@k8s-snapshots/backend-api";
import { readDiskSpec } from "@k8s-snapshots/backend-api/toolkit";
import type { DigitalOceanClient } from "./digitalocean-client.ts";
import { unexpected } from "./digitalocean-error.ts";
import { ACCOUNT } from "./digitalocean-snapshot.ts";
import { manifest } from "./manifest.ts";

export const CSI_DRIVER = "dobs.csi.digitalocean.com";

/**
 * Its name until 2018, which clusters of that time keep (`--driver-name`), as their volumes name it.
 *
 * @see {@link https://github.com/digitalocean/csi-digitalocean#upgrading}
 */
const FORMER_CSI_DRIVER = "com.digitalocean.csi.dobs";

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A volume, as far as it is read. */
export interface DigitalOceanVolume {
  readonly id: string;
  readonly name: string;
  /** Slug: `fra1`. */
  readonly region: string;
  readonly tags: readonly string[];
}

/** The disk of a PersistentVolume: the handle is the volume's id. @throws {BackendError} `invalid` */
export function diskOfVolume({ metadata, spec }: PersistentVolumeView): Disk | undefined {
  if (spec.csi?.driver !== CSI_DRIVER && spec.csi?.driver !== FORMER_CSI_DRIVER) return undefined;
  const id = String(spec.csi.volumeHandle ?? "").toLowerCase();
  if (uuid.test(id)) return { location: ACCOUNT, id };
  const handle = JSON.stringify(spec.csi.volumeHandle);
  throw new BackendError(
    "invalid",
    `volume ${metadata.name}: spec.csi.volumeHandle must be a volume's id, but is ${handle}`,
  );
}

/**
 * The disk that `spec.disk` names: `{ volumeId }`, or `{ volumeName, region }`, where the region may be left out as long as
 * no other region has a volume of that name.
 *
 * @throws {BackendError} `invalid`, or `not-found` if there is no volume of that name
 */
export async function diskOfSpec(
  client: DigitalOceanClient,
  spec: DiskSpec,
  options: CallOptions | undefined,
): Promise<Disk> {
  const { volumeId, volumeName, region } = readDiskSpec(spec, manifest.diskSchema);
  if (volumeId !== undefined) {
    if (region !== undefined) throw invalid("volumeId", "excludes region: it says all");
    const id = volumeId.toLowerCase();
    if (!uuid.test(id)) throw invalid("volumeId", `must be a volume's id, but is ${JSON.stringify(volumeId)}`);
    return { location: ACCOUNT, id };
  }
  if (region !== undefined && !/^[a-z]+\d+$/.test(region)) {
    throw invalid("region", `must be a region such as fra1, but is ${JSON.stringify(region)}`);
  }
  const found = await findVolumes(client, volumeName as string, region, options);
  const [volume, ...more] = found;
  const place = region === undefined ? "" : ` in ${region}`;
  if (volume === undefined) {
    throw new BackendError("not-found", `there is no volume ${volumeName}${place}: correct spec.disk.volumeName`);
  }
  if (more.length > 0) {
    const regions = found.map((each) => each.region).join(" and ");
    throw invalid("volumeName", `names a volume in each of ${regions}: add region, or use volumeId`);
  }
  return { location: ACCOUNT, id: volume.id };
}

/** The volumes of a name: one in a region at most. */
export async function findVolumes(
  client: DigitalOceanClient,
  name: string,
  region: string | undefined,
  options: CallOptions | undefined,
): Promise<DigitalOceanVolume[]> {
  const call = { doing: `looking for volume ${name}`, scopes: ["block_storage:read"] } as const;
  const found = client.list(call, ({ blockStorage }) => blockStorage.getBlockStorageByName(name, region), options);
  const volumes = await Array.fromAsync(found, (each) => toVolume(each, call));
  return volumes.filter((each) => each.name === name && (region === undefined || each.region === region));
}

/** @throws {BackendError} `unexpected` */
export function toVolume(
  answer: unknown,
  call: { readonly doing: string; readonly changes?: boolean },
): DigitalOceanVolume {
  const { id, name, region, tags } = (answer ?? {}) as Record<string, unknown>;
  const { slug } = (region ?? {}) as { slug?: unknown };
  if (typeof id !== "string" || !uuid.test(id)) throw unexpected(call, `a volume with the id ${JSON.stringify(id)}`);
  if (typeof name !== "string" || typeof slug !== "string")
    throw unexpected(call, `volume ${id} without name or region`);
  return { id, name, region: slug, tags: Array.isArray(tags) ? tags.filter((each) => typeof each === "string") : [] };
}

function invalid(field: string, what: string): BackendError {
  return new BackendError("invalid", `spec.disk.${field} ${what}`);
}
