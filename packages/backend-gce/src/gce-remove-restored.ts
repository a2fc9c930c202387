import {
  BackendError,
  type CallOptions,
  IDEMPOTENCY_KEY_LABEL,
  type RemoveRestoredRequest,
} from "@k8s-snapshots/backend-api";
import type { ComputeCaller } from "./compute-caller.ts";
import { diskPath } from "./gce-disk.ts";
import { assertNotFailed, reasonOf } from "./gce-error.ts";
import { fromGoogleLabels } from "./gce-labels.ts";
import { lookAtDisk, type Wait, waitForDisk } from "./wait-for-disk.ts";

/** Deletes a disk that carries the key as its label, as a restore sets it. One that is being made is waited for. */
export async function removeRestoredDisk(
  compute: ComputeCaller,
  { diskId, location: project, idempotencyKey }: RemoveRestoredRequest,
  wait: Wait,
  options: CallOptions | undefined,
): Promise<void> {
  const [, kind, place, disk, number] = /^(zones|regions)\/([^/]+)\/disks\/([^/]+)\/(\d+)$/.exec(diskId) ?? [];
  if (kind === undefined || place === undefined || disk === undefined) {
    throw new BackendError("invalid", `${JSON.stringify(diskId)} is not a disk such as zones/ZONE/disks/NAME/ID`);
  }
  const path = { project, kind: kind === "zones" ? "zones" : "regions", place, disk } as const;
  const doing = `compute.disks.delete of ${diskPath(project, path)}`;
  const found = await lookAtDisk(compute, path, options);
  // Another disk of that name is not it.
  if (found === undefined || String(found.id) !== number || found.status === "DELETING") return;
  if (fromGoogleLabels(found.labels ?? {})[IDEMPOTENCY_KEY_LABEL] !== idempotencyKey) {
    throw new BackendError("invalid", `cannot remove ${diskId}: the restore ${idempotencyKey} has not made it`);
  }
  if (found.status !== "FAILED") await waitForDisk(compute, path, doing, { wait }, options);
  await compute.call(doing, options, async (api, how) => {
    try {
      assertNotFailed(await api.deleteDisk(path, how), doing);
    } catch (error) {
      if (reasonOf(error) !== "notFound") throw error;
    }
  });
}
