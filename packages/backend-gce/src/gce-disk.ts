import { BackendError, type DiskSpec, type PersistentVolumeView } from "@k8s-snapshots/backend-api";
import { readDiskSpec } from "@k8s-snapshots/backend-api/toolkit";
import type { DiskPlace } from "./compute-api.ts";
import { manifest } from "./manifest.ts";

const drivers = ["pd.csi.storage.gke.io", "gce-pd.csi.storage.gke.io"];
const zoneKeys = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone", "topology.gke.io/zone"];
const namePattern = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
/** `europe-west1-b`; `us-central1-ai1a` is an AI zone: https://cloud.google.com/compute/docs/regions-zones/ai-zones */
const zonePattern = /^([a-z]+(?:-[a-z]+)*-?[a-z]+\d+)-(?:[a-z]|ai\d+[a-z])$/;
const handlePattern = /^projects\/([^/]+)\/(zones|regions)\/([^/]+)\/disks\/([^/]+)$/;
/** A disk in each of several zones under one name: https://github.com/kubernetes-sigs/gcp-compute-persistent-disk-csi-driver/pull/1717 */
const multiZone = "multi-zone";
/** What the migration from in-tree volumes writes where it does not know. */
const unspecified = "UNSPECIFIED";

/** A disk by name: its project, where the volume says it, and its place. */
export interface NamedDisk extends DiskPlace {
  readonly project: string | undefined;
  readonly disk: string;
}

/**
 * The disk behind an in-tree or CSI PersistentVolume; `undefined` for other ones.
 *
 * @throws {BackendError} `invalid` if what it says of name, zone or region is missing or malformed
 */
export function diskOfVolume({ metadata, spec }: PersistentVolumeView): NamedDisk | undefined {
  const where = `volume ${metadata.name}`;
  const zones = (): DiskPlace => placeOfZones(zonesOf({ metadata, spec }), where);
  if (spec.csi && drivers.includes(spec.csi.driver)) {
    const field = `${where}: spec.csi.volumeHandle`;
    const [, project, kind, place, disk] = handlePattern.exec(spec.csi.volumeHandle) ?? [];
    if (project === undefined || place === undefined) {
      const form = "projects/PROJECT/zones/ZONE/disks/NAME";
      throw new BackendError("invalid", `${field} must be ${form}, but is ${JSON.stringify(spec.csi.volumeHandle)}`);
    }
    if (place === multiZone) {
      const what = "is a disk in each of several zones, of which Google takes no snapshots";
      throw new BackendError("invalid", `${field} is ${spec.csi.volumeHandle}: that ${what}: remove the annotation`);
    }
    return {
      project: project === unspecified ? undefined : project,
      disk: requireName(disk, field),
      ...(place === unspecified ? zones() : { kind: kind as DiskPlace["kind"], place }),
    };
  }
  if (!spec.gcePersistentDisk) return undefined;
  const disk = requireName(spec.gcePersistentDisk.pdName, `${where}: spec.gcePersistentDisk.pdName`);
  return { project: undefined, disk, ...zones() };
}

/**
 * `spec.disk` is `{name, zone}` or `{name, region}`, and perhaps `project`.
 *
 * @throws {BackendError} `invalid` if a field is missing, unknown or malformed
 */
export function diskOfSpec(spec: DiskSpec): NamedDisk {
  const { name, zone, region, project } = readDiskSpec(spec, manifest.diskSchema);
  const disk = requireName(name, "spec.disk.name");
  const place = (zone ?? region) as string;
  if (!/^[a-z][a-z0-9-]*$/.test(place)) {
    const field = zone === undefined ? "spec.disk.region" : "spec.disk.zone";
    throw new BackendError("invalid", `${field} must be a place such as europe-west1-b or europe-west1`);
  }
  return { project, disk, kind: zone === undefined ? "regions" : "zones", place };
}

/** Its path in the API, from `projects/` on. */
export function diskPath(project: string, { kind, place, disk }: Omit<NamedDisk, "project">): string {
  return `projects/${project}/${kind}/${place}/disks/${disk}`;
}

function requireName(name: unknown, field: string): string {
  if (typeof name === "string" && namePattern.test(name)) return name;
  throw new BackendError("invalid", `${field} must name a disk, but has ${JSON.stringify(name)}`);
}

/** The labels go first, then the node affinity. `a__b` in a label is two zones. */
function zonesOf({ metadata, spec }: PersistentVolumeView): string[] {
  const labelled = zoneKeys.flatMap((key) => metadata.labels?.[key]?.split("__") ?? []);
  if (labelled.length > 0) return labelled;
  return (spec.nodeAffinity?.required?.nodeSelectorTerms ?? [])
    .flatMap(({ matchExpressions }) => matchExpressions ?? [])
    .filter(({ key, operator }) => operator === "In" && zoneKeys.includes(key))
    .flatMap(({ values }) => values ?? []);
}

/** Two zones of a region: the disk is regional. */
function placeOfZones(named: readonly string[], where: string): DiskPlace {
  const zones = [...new Set(named)];
  const regions = [...new Set(zones.map((zone) => zonePattern.exec(zone)?.[1]))];
  const [place] = zones.length === 1 ? zones : regions;
  if (place !== undefined && regions.length === 1 && regions[0] !== undefined && zones.length <= 2) {
    return { kind: zones.length === 1 ? "zones" : "regions", place };
  }
  const found = zones.length === 0 ? "says no zone" : `names the zones ${zones.join(", ")}`;
  throw new BackendError("invalid", `${where} ${found}: set the label ${zoneKeys[0]} or nodeAffinity`);
}
