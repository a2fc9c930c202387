import { BackendError, type Disk, type DiskSpec, type PersistentVolumeView } from "@k8s-snapshots/backend-api";
import { type RegionClaim, regionOfVolume, requireRegion, requireZone } from "./volume-region.ts";

const volumeIdPattern = /^vol-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

/** `aws://ZONE/vol-…`; without a zone, and with any slashes around the id, as Kubernetes reads it. */
const volumeUrlPattern = /^aws:\/\/([^/]*)\/+([^/]+)\/*$/;

/** A volume whose id is known. Its region is, where the volume says it. */
export interface NamedVolume {
  readonly id: string;
  readonly region: string | undefined;
}

/**
 * The EBS volume behind a PersistentVolume that is in-tree or of one of the drivers; `undefined` for other ones.
 *
 * @throws {BackendError} `invalid`, naming the fields, if what it says of id, region or zone is malformed or contradicts
 *   itself.
 */
export function volumeOf(volume: PersistentVolumeView, drivers: readonly string[]): NamedVolume | undefined {
  const { csi, awsElasticBlockStore } = volume.spec;
  const isCsi = csi !== undefined && drivers.includes(csi.driver);
  if (!isCsi && !awsElasticBlockStore) return undefined;
  const field = isCsi ? "spec.csi.volumeHandle" : "spec.awsElasticBlockStore.volumeID";
  const value = isCsi ? csi.volumeHandle : awsElasticBlockStore?.volumeID;
  const { id, zone } = parseVolumeId(value, field, `volume ${volume.metadata.name}: ${field}`);
  return { id, region: regionOfVolume(volume, zone, drivers) };
}

/**
 * `spec.disk` is `{region, volumeId}`.
 *
 * @throws {BackendError} `invalid` if a field is missing, unknown or malformed.
 */
export function diskOfSpec({ region, volumeId, ...others }: DiskSpec): Disk {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new BackendError(
      "invalid",
      `spec.disk.${unknown} is not a field of an EBS volume: it has region and volumeId`,
    );
  }
  const location = requireRegion(region, "spec.disk.region");
  const { id, zone } = parseVolumeId(volumeId, "spec.disk.volumeId", "spec.disk.volumeId");
  if (zone !== undefined && zone.region !== location) {
    throw new BackendError(
      "invalid",
      `spec.disk.volumeId lies in ${zone.region}, but spec.disk.region is ${location}: correct one of them`,
    );
  }
  return { location, id };
}

/**
 * `vol-…`, `aws://ZONE/vol-…` or `aws:///vol-…`. What Kubernetes takes otherwise, blanks and capitals, it hands on to EC2,
 * which refuses it.
 *
 * @see {@link https://github.com/kubernetes/kubernetes/blob/v1.36.3/staging/src/k8s.io/csi-translation-lib/plugins/aws_ebs.go}
 */
function parseVolumeId(
  value: unknown,
  field: string,
  inMessages: string,
): { id: string; zone: RegionClaim | undefined } {
  const [, zone = "", inUrl] = (typeof value === "string" && volumeUrlPattern.exec(value)) || [];
  const id = inUrl ?? (typeof value === "string" ? value.replace(/^\/+|\/+$/g, "") : value);
  if (typeof id !== "string" || !volumeIdPattern.test(id)) {
    throw new BackendError(
      "invalid",
      `${inMessages} must be an id such as vol-0123456789abcdef0 or aws://eu-west-1a/vol-0123456789abcdef0, ` +
        `but is ${JSON.stringify(value)}`,
    );
  }
  return { id, zone: zone === "" ? undefined : { region: requireZone(zone, inMessages), field, value: zone } };
}
