import { BackendError, type Disk, type DiskSpec, type PersistentVolumeView } from "@k8s-snapshots/backend-api";
import { isRegion, regionOfZone } from "./aws-region.ts";

/** The driver of EBS volumes. */
export const ebsDriver = "ebs.csi.aws.com";

/** A topology key of {@link ebsDriver}'s own. */
export const ebsZoneKey = "topology.ebs.csi.aws.com/zone";

const regionKeys = ["topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"];
const zoneKeys = [ebsZoneKey, "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];
const volumeIdPattern = /^vol-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;
const volumeUrlPattern = /^aws:\/\/([^/]*)\/+([^/]+)$/;

/** A volume whose id is known. Its region is, where the volume says it. */
export interface NamedVolume {
  readonly id: string;
  readonly region: string | undefined;
}

/**
 * The EBS volume behind an in-tree or `ebs.csi.aws.com` PersistentVolume; `undefined` for other ones. The region is, in
 * this order, that of the zone in the id, of the labels and annotations, of the node affinity.
 *
 * @throws {BackendError} `invalid` if what it says of id, region or zone is malformed or contradicts itself.
 */
export function volumeOf({ metadata, spec }: PersistentVolumeView): NamedVolume | undefined {
  const isCsi = spec.csi?.driver === ebsDriver;
  if (!isCsi && !spec.awsElasticBlockStore) return undefined;
  const field = isCsi ? "spec.csi.volumeHandle" : "spec.awsElasticBlockStore.volumeID";
  const name = `volume ${metadata.name}`;
  const { id, region } = parseVolumeId(
    isCsi ? spec.csi?.volumeHandle : spec.awsElasticBlockStore?.volumeID,
    `${name}: ${field}`,
  );
  return {
    id,
    region:
      region ??
      regionOfMetadata(name, "label", metadata.labels) ??
      regionOfMetadata(name, "annotation", metadata.annotations) ??
      regionOfAffinity(name, spec),
  };
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
  const volume = parseVolumeId(volumeId, "spec.disk.volumeId");
  if (volume.region !== undefined && volume.region !== location) {
    throw new BackendError(
      "invalid",
      `spec.disk.volumeId lies in ${volume.region}, but spec.disk.region is ${location}: correct one of them`,
    );
  }
  return { location, id: volume.id };
}

/** @throws {BackendError} `invalid`, naming `field`, if it is not spelled as a region is. */
export function requireRegion(value: unknown, field: string): string {
  if (isRegion(value)) return value;
  throw new BackendError("invalid", `${field} must be a region such as eu-west-1, but is ${JSON.stringify(value)}`);
}

/** `vol-…`, `aws://ZONE/vol-…` or `aws:///vol-…`. */
function parseVolumeId(value: unknown, field: string): NamedVolume {
  const [, zone = "", inUrl] = (typeof value === "string" && volumeUrlPattern.exec(value)) || [];
  const id = inUrl ?? value;
  if (typeof id !== "string" || !volumeIdPattern.test(id)) {
    throw new BackendError(
      "invalid",
      `${field} must be an id such as vol-0123456789abcdef0 or aws://eu-west-1a/vol-0123456789abcdef0, ` +
        `but is ${JSON.stringify(value)}`,
    );
  }
  return { id, region: zone === "" ? undefined : requireZone(zone, field) };
}

function requireZone(zone: unknown, field: string): string {
  const region = regionOfZone(zone);
  if (region !== undefined) return region;
  throw new BackendError("invalid", `${field} must name a zone such as eu-west-1a, but has ${JSON.stringify(zone)}`);
}

function regionOfMetadata(
  name: string,
  kind: string,
  entries: Readonly<Record<string, string>> | undefined,
): string | undefined {
  const fieldOf = (key: string): string => `${name}: ${kind} ${key}`;
  const ofRegions = regionKeys
    .filter((key) => entries?.[key] !== undefined)
    .map((key) => requireRegion(entries?.[key], fieldOf(key)));
  const ofZones = zoneKeys
    .filter((key) => entries?.[key] !== undefined)
    .map((key) => requireZone(entries?.[key], fieldOf(key)));
  return theOnly(ofRegions.length > 0 ? ofRegions : ofZones, `${name}: its ${kind}s`);
}

function regionOfAffinity(name: string, { nodeAffinity }: PersistentVolumeView["spec"]): string | undefined {
  const expressions = (nodeAffinity?.required?.nodeSelectorTerms ?? [])
    .flatMap(({ matchExpressions }) => matchExpressions ?? [])
    .filter(({ operator }) => operator === "In");
  const valuesOf = (keys: readonly string[], read: (value: string, field: string) => string): string[] =>
    expressions
      .filter(({ key }) => keys.includes(key))
      .flatMap(({ key, values }) => (values ?? []).map((value) => read(value, `${name}: nodeAffinity ${key}`)));
  const ofRegions = valuesOf(regionKeys, requireRegion);
  return theOnly(ofRegions.length > 0 ? ofRegions : valuesOf(zoneKeys, requireZone), `${name}: its nodeAffinity`);
}

function theOnly(regions: readonly string[], where: string): string | undefined {
  const [first, ...others] = [...new Set(regions)];
  if (others.length === 0) return first;
  throw new BackendError("invalid", `${where} names several regions: ${[first, ...others].join(", ")}`);
}
