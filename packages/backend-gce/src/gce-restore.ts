import {
  BackendError,
  type CallOptions,
  IDEMPOTENCY_KEY_LABEL,
  type RestoredVolume,
  type RestoreRequest,
} from "@k8s-snapshots/backend-api";
import type { DiskPlace } from "./compute-api.ts";
import type { ComputeCaller } from "./compute-caller.ts";
import { assertNotFailed, messageOf, reasonOf } from "./gce-error.ts";
import { fromGoogleLabels, toGoogleLabels } from "./gce-labels.ts";
import { requestIdOf } from "./gce-names.ts";
import { diskIdOf } from "./gce-snapshot.ts";
import { type Wait, waitForDisk } from "./wait-for-disk.ts";

/** Makes a disk of a snapshot, and waits until it is made. A name that is taken is this restore's if the disk carries its key. */
export async function restoreDisk(
  compute: ComputeCaller,
  request: RestoreRequest,
  wait: Wait,
  options: CallOptions | undefined,
): Promise<RestoredVolume> {
  const { snapshot, idempotencyKey, labels, onProgress } = request;
  const project = snapshot.location;
  const { kind, place, zones, type, sizeGb } = parseParameters(request.parameters ?? {});
  const disk = (/^[a-z]/.test(request.name) ? request.name : `r-${request.name}`).slice(0, 63).replace(/-+$/, "");
  const doing = `compute.disks.create of ${disk} from ${snapshot.id} in ${project}`;
  const diskResource = {
    name: disk,
    sourceSnapshot: `projects/${project}/global/snapshots/${snapshot.id}`,
    labels: toGoogleLabels({ ...labels, [IDEMPOTENCY_KEY_LABEL]: idempotencyKey }),
    ...(type === undefined ? {} : { type: `projects/${project}/${kind}/${place}/diskTypes/${type}` }),
    ...(sizeGb === undefined ? {} : { sizeGb }),
    ...(kind === "regions" ? { replicaZones: zones.map((zone) => `projects/${project}/zones/${zone}`) } : {}),
  };
  const id = await compute.call(doing, options, async (api, how) => {
    try {
      const operation = await api.insertDisk(
        { project, kind, place, requestId: requestIdOf(idempotencyKey), diskResource },
        how,
      );
      assertNotFailed(operation, doing);
      return operation.targetId;
    } catch (error) {
      if (reasonOf(error) === "resourceNotReady") {
        throw new BackendError("invalid", `${doing}: it is not ready yet: ${messageOf(error)}`, { retryable: true });
      }
      if (reasonOf(error) !== "alreadyExists") throw error;
      const found = await api.getDisk({ project, kind, place, disk }, how);
      if (fromGoogleLabels(found.labels ?? {})[IDEMPOTENCY_KEY_LABEL] === idempotencyKey) return found.id;
      throw new BackendError("invalid", `${doing}: there is another disk of that name: choose another one`);
    }
  });
  const path = `projects/${project}/${kind}/${place}/disks/${disk}`;
  const diskId = diskIdOf(path, id);
  request.onBegun?.({ diskId, location: project });
  await waitForDisk(
    compute,
    { project, kind, place, disk },
    doing,
    { wait, ...(onProgress && { onProgress }) },
    options,
  );
  const inZones = { key: "topology.gke.io/zone", operator: "In", values: zones };
  return {
    diskId,
    location: project,
    persistentVolumeSpec: {
      csi: { driver: "pd.csi.storage.gke.io", volumeHandle: path },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [inZones] }] } },
    },
  };
}

function parseParameters({
  zone,
  region,
  replicaZones,
  diskType: type,
  sizeGb,
  ...others
}: Readonly<Record<string, string>>): DiskPlace & {
  readonly zones: string[];
  readonly type: string | undefined;
  readonly sizeGb: string | undefined;
} {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(unknown, "is unknown: remove it");
  if (sizeGb !== undefined && !/^[1-9]\d{0,5}$/.test(sizeGb))
    throw invalid("sizeGb", "must be a whole number above zero");
  if (zone?.includes(",")) {
    if (region !== undefined) throw invalid("zone", "excludes region and replicaZones");
    const sized = { ...(type !== undefined && { diskType: type }), ...(sizeGb !== undefined && { sizeGb }) };
    return parseParameters({ region: regionOf(zone), replicaZones: zone, ...sized });
  }
  if (zone !== undefined) {
    if (region !== undefined || replicaZones !== undefined) throw invalid("zone", "excludes region and replicaZones");
    return { kind: "zones", place: zone, zones: [zone], type, sizeGb };
  }
  if (region === undefined) throw invalid("zone", "is missing: name a zone, or region and replicaZones");
  const zones = replicaZones?.split(",").map((each) => each.trim()) ?? [];
  if (zones.length !== 2) throw invalid("replicaZones", "must be two zones of the region, with a comma between");
  return { kind: "regions", place: region, zones, type, sizeGb };
}

/** `europe-west1-b, europe-west1-c` are of europe-west1. */
function regionOf(zones: string): string {
  return (zones.split(",")[0] as string).trim().replace(/-[^-]+$/, "");
}

function invalid(parameter: string, what: string): BackendError {
  return new BackendError("invalid", `parameter ${parameter} of a restore on Google ${what}`);
}
