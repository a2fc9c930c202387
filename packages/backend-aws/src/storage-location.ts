import { BackendError, type CallOptions } from "@k8s-snapshots/backend-api";
import { unexpected } from "./aws-snapshot.ts";
import type { Ec2SnapshotSite, Ec2Volume } from "./ec2-api.ts";
import type { Ec2Region } from "./ec2-region.ts";
import { manifest } from "./manifest.ts";

/** Where snapshots are kept: in the region, or on the Outpost or in the Local Zone of their volume. */
export type StorageLocation = "region" | "on-site";

/** @throws {Error} if it is none: one line that begins with `name` */
export function parseStorageLocation(value: string, name: string): StorageLocation {
  if (value === "region" || value === "on-site") return value;
  throw new Error(`${name} must be region or on-site, but is ${JSON.stringify(value)}`);
}

/**
 * Where the parameters of a creation want the snapshot to be kept.
 *
 * @param byDefault - where they say nothing
 * @throws {BackendError} `invalid` if one is unknown or malformed
 */
export function storageLocationOf(
  parameters: Readonly<Record<string, string>> = {},
  byDefault: StorageLocation,
): StorageLocation {
  const known = Object.keys(manifest.parameters ?? {});
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const message = `parameter ${unknown} is not one of a snapshot on AWS, which takes ${known.join(", ")}: remove it`;
    throw new BackendError("invalid", message);
  }
  const { storageLocation } = parameters;
  if (storageLocation === undefined) return byDefault;
  try {
    return parseStorageLocation(storageLocation, "parameter storageLocation");
  } catch (error) {
    throw new BackendError("invalid", (error as Error).message, { cause: error });
  }
}

/** What EC2 takes for it, as the volume's place has it. Asks for nothing where the region is meant. */
export async function siteForVolume(
  location: StorageLocation,
  region: Ec2Region,
  volumeId: string,
  options: CallOptions | undefined,
): Promise<Ec2SnapshotSite> {
  if (location === "region") return {};
  const [volume] = await region.volumesById([volumeId], options);
  return siteOf(volume ?? {}, region.region);
}

/**
 * The site of a volume: its Outpost, its Local Zone, or, for one in an Availability Zone, the region. EC2 itself refuses
 * `local` for a zone that keeps no snapshots, as a Wavelength Zone does.
 *
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html}
 */
export function siteOf({ VolumeId, OutpostArn, AvailabilityZone }: Ec2Volume, region: string): Ec2SnapshotSite {
  if (OutpostArn) return { OutpostArn };
  if (!AvailabilityZone?.startsWith(region))
    throw unexpected(`zone ${JSON.stringify(AvailabilityZone)} for ${VolumeId}`);
  return /^[a-z]$/.test(AvailabilityZone.slice(region.length)) ? {} : { Location: "local" };
}
