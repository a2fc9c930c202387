import { randomUUID } from "node:crypto";
import type { AccessCheck, CallOptions } from "@k8s-snapshots/backend-api";
import type { ComputeApi, ComputeCallOptions, DiskPlace } from "./compute-api.ts";
import type { ComputeCaller } from "./compute-caller.ts";
import { messageOf, reasonOf } from "./gce-error.ts";

const probePlace: DiskPlace = { kind: "zones", place: "us-central1-a" };

type Probe = {
  readonly permissions: readonly string[];
  readonly send: (api: ComputeApi, how: ComputeCallOptions) => Promise<unknown>;
};

/**
 * Tries each call on objects of a random name, so that nothing changes. `testIamPermissions` of a project is another
 * API's, which need not be switched on. Google looks at permissions before it looks for the object: what is not found
 * was allowed. A refusal names one permission; the call's others stay unknown. The first check says whose credentials were
 * used.
 */
export async function checkPermissions(
  compute: ComputeCaller,
  project: string,
  options: CallOptions | undefined,
): Promise<AccessCheck[]> {
  const checks: AccessCheck[] = [];
  for (const probe of probes(project)) {
    checks.push(
      ...(await compute.call(`the check of ${probe.permissions[0]} in ${project}`, options, (api, how) =>
        tryProbe(probe, api, how),
      )),
    );
  }
  const who = await compute.call("the check of the credentials", options, (api, { signal }) => api.identity(signal));
  return checks.map((check, index) => (index === 0 ? withIdentity(check, who) : check));
}

function withIdentity(check: AccessCheck, who: string): AccessCheck {
  return { ...check, detail: [`The credentials are those of ${who}.`, check.detail].filter(Boolean).join(" ") };
}

function probes(project: string): Probe[] {
  const name = `k8s-snapshots-check-${randomUUID()}`;
  const requestId = randomUUID();
  const labels = { "created-by": "k8s-snapshots" };
  const sourceDisk = `projects/${project}/zones/${probePlace.place}/disks/${name}`;
  const sourceSnapshot = `projects/${project}/global/snapshots/${name}`;
  return [
    {
      permissions: ["compute.snapshots.list"],
      send: (api, how) => api.listSnapshots({ project, maxResults: 1 }, how),
    },
    {
      permissions: ["compute.globalOperations.list"],
      send: (api, how) => api.listOperations({ project, maxResults: 1 }, how),
    },
    { permissions: ["compute.snapshots.get"], send: (api, how) => api.getSnapshot({ project, snapshot: name }, how) },
    {
      permissions: ["compute.snapshots.delete"],
      send: (api, how) => api.deleteSnapshot({ project, snapshot: name }, how),
    },
    {
      permissions: ["compute.disks.get"],
      send: (api, how) => api.getDisk({ project, ...probePlace, disk: name }, how),
    },
    {
      permissions: ["compute.snapshots.create", "compute.disks.createSnapshot", "compute.snapshots.setLabels"],
      send: (api, how) =>
        api.insertSnapshot(
          { project, requestId, snapshotResource: { name, description: "", sourceDisk, labels } },
          how,
        ),
    },
    {
      permissions: ["compute.disks.create", "compute.snapshots.useReadOnly", "compute.disks.setLabels"],
      send: (api, how) =>
        api.insertDisk({ project, ...probePlace, requestId, diskResource: { name, sourceSnapshot, labels } }, how),
    },
  ];
}

async function tryProbe(
  { permissions, send }: Probe,
  api: ComputeApi,
  how: ComputeCallOptions,
): Promise<AccessCheck[]> {
  const all = (check: Omit<AccessCheck, "permission">): AccessCheck[] =>
    permissions.map((permission) => ({ permission, ...check }));
  try {
    await send(api, how);
    return all({ status: "granted" });
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === "notFound") return all({ status: "granted" });
    if (reason === "invalid") {
      return all({ status: "unknown", detail: "Google refused the probe for another reason." });
    }
    if (reason !== "forbidden") throw error;
    const message = messageOf(error);
    const named =
      permissions.find((permission) => message.includes(`'${permission}'`)) ??
      (permissions.length === 1 ? permissions[0] : undefined);
    return permissions.map((permission) =>
      permission === named
        ? { permission, status: "missing", detail: `Grant ${permission} on project level.` }
        : {
            permission,
            status: "unknown",
            detail: `Google refused the call that needs it because of ${named ?? "another permission"}.`,
          },
    );
  }
}
