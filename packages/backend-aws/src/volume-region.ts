import { BackendError, type PersistentVolumeView } from "@k8s-snapshots/backend-api";
import { isRegion, regionOfZone } from "./aws-region.ts";

/** What one field says of the region. */
export interface RegionClaim {
  readonly region: string;
  /** For messages: `label topology.kubernetes.io/zone`. */
  readonly field: string;
  /** As it is written there. */
  readonly value: string;
}

/**
 * Where Kubernetes and the driver put the id of a zone (`euw1-az1`). It is not a zone's name, and the region does not
 * follow from it.
 *
 * @see {@link https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html}
 */
const zoneIdKeys = ["topology.k8s.aws/zone-id"];

const wellKnownRegionKeys = ["topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"];
const wellKnownZoneKeys = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];

/** Between the zones of one label, for volumes that lie in several. */
const zoneDelimiter = "__";

/**
 * The driver's own topology keys.
 *
 * @see {@link https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/429e202/pkg/driver/driver.go#L82}
 */
export function zoneKeyOf(driver: string): string {
  return `topology.${driver}/zone`;
}

/**
 * The region that a volume's id, labels, annotations and node affinity agree on; `undefined` if none says one. Empty
 * values, as some tools leave them, say nothing.
 *
 * @param inId - what the zone in the volume's id says
 * @param drivers - CSI drivers whose topology keys count
 * @throws {BackendError} `invalid`, naming the fields, if one is malformed or two contradict each other.
 */
export function regionOfVolume(
  { metadata, spec }: PersistentVolumeView,
  inId: RegionClaim | undefined,
  drivers: readonly string[],
): string | undefined {
  const name = `volume ${metadata.name}`;
  const entries = [
    ...entriesOf("label", metadata.labels),
    ...entriesOf("annotation", metadata.annotations),
    ...affinityOf(spec),
  ];
  const claims = entries.flatMap((entry) => claimsOf(name, entry, drivers));
  return agreed(name, inId ? [inId, ...claims] : claims);
}

/** The keys by which a volume says the id of its zone, for a message: it says no more than that. */
export function zoneIdKeyOf({ metadata, spec }: PersistentVolumeView): string | undefined {
  const entries = [...entriesOf("label", metadata.labels), ...affinityOf(spec)];
  return entries.find(({ key }) => zoneIdKeys.includes(key))?.key;
}

/** @throws {BackendError} `invalid`, naming `field`, if it is not spelled as a region is. */
export function requireRegion(value: unknown, field: string): string {
  if (isRegion(value)) return value;
  throw new BackendError("invalid", `${field} must be a region such as eu-west-1, but is ${JSON.stringify(value)}`);
}

/**
 * The zone's region.
 *
 * @throws {BackendError} `invalid`, naming `field`, if it is not spelled as a zone is.
 */
export function requireZone(zone: unknown, field: string): string {
  const region = regionOfZone(zone);
  if (region !== undefined) return region;
  throw new BackendError("invalid", `${field} must name a zone such as eu-west-1a, but has ${JSON.stringify(zone)}`);
}

interface Entry {
  readonly kind: "label" | "annotation" | "nodeAffinity";
  readonly key: string;
  readonly value: string;
}

function entriesOf(kind: Entry["kind"], entries: Readonly<Record<string, string>> | undefined): Entry[] {
  return Object.entries(entries ?? {}).map(([key, value]) => ({ kind, key, value }));
}

function affinityOf({ nodeAffinity }: PersistentVolumeView["spec"]): Entry[] {
  return (nodeAffinity?.required?.nodeSelectorTerms ?? [])
    .flatMap(({ matchExpressions }) => matchExpressions ?? [])
    .filter(({ operator }) => operator === "In")
    .flatMap(({ key, values }) => (values ?? []).map((value): Entry => ({ kind: "nodeAffinity", key, value })));
}

function claimsOf(name: string, { kind, key, value }: Entry, drivers: readonly string[]): RegionClaim[] {
  if (value === "") return [];
  const field = `${kind} ${key}`;
  if (wellKnownRegionKeys.includes(key) || drivers.some((driver) => key === `topology.${driver}/region`)) {
    return [{ region: requireRegion(value, `${name}: ${field}`), field, value }];
  }
  if (wellKnownZoneKeys.includes(key) || drivers.some((driver) => key === zoneKeyOf(driver))) {
    const zones = value.split(zoneDelimiter);
    return zones.map((zone) => ({ region: requireZone(zone, `${name}: ${field}`), field, value: zone }));
  }
  return [];
}

function agreed(name: string, claims: readonly RegionClaim[]): string | undefined {
  const [first, ...others] = claims;
  const other = others.find(({ region }) => region !== first?.region);
  if (first === undefined || other === undefined) return first?.region;
  throw new BackendError(
    "invalid",
    `${name}: ${first.field} says ${first.value}, but ${other.field} says ${other.value}, which is another region: ` +
      "correct one of them",
  );
}
