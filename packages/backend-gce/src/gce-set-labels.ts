import { BackendError, type CallOptions, type Labels, type SnapshotReference } from "@k8s-snapshots/backend-api";
import type { ComputeApi, ComputeCallOptions, ComputeSnapshot } from "./compute-api.ts";
import type { ComputeCaller } from "./compute-caller.ts";
import { assertNotFailed, messageOf, reasonOf, unexpected } from "./gce-error.ts";
import { mergeGoogleLabels } from "./gce-labels.ts";

/** Two requests: Google replaces all labels, and takes them only from those who know the present ones. */
export async function mergeLabels(
  compute: ComputeCaller,
  { id, location }: SnapshotReference,
  labels: Labels,
  options: CallOptions | undefined,
): Promise<void> {
  const { labels: present, labelFingerprint } = await getSnapshot(compute, location, id, options);
  if (typeof labelFingerprint !== "string" || labelFingerprint === "")
    throw unexpected(`no labelFingerprint for ${id}`);
  const merged = mergeGoogleLabels(present ?? {}, labels);
  const request = { project: location, snapshot: id, labels: merged, labelFingerprint };
  const doing = `compute.snapshots.setLabels of ${id} in ${location}`;
  const set = async (api: ComputeApi, apiOptions: ComputeCallOptions): Promise<void> => {
    try {
      assertNotFailed(await api.setSnapshotLabels(request, apiOptions), doing, "snapshot");
    } catch (error) {
      if (reasonOf(error) !== "conditionNotMet") throw error;
      const message = `${doing}: somebody else changed them meanwhile: ${messageOf(error)}`;
      throw new BackendError("unavailable", message, { scope: "snapshot", cause: error });
    }
  };
  await compute.call(doing, options, set, "snapshot");
}

/** @throws {BackendError} `not-found` */
export async function getSnapshot(
  compute: ComputeCaller,
  project: string,
  snapshot: string,
  options: CallOptions | undefined,
): Promise<ComputeSnapshot> {
  const doing = `compute.snapshots.get of ${snapshot} in ${project}`;
  const get = (api: ComputeApi, how: ComputeCallOptions) => api.getSnapshot({ project, snapshot }, how);
  const found = await compute.call(doing, options, get, "snapshot");
  if (found.name !== snapshot) throw unexpected(`snapshot ${JSON.stringify(found.name)} instead of ${snapshot}`);
  return found;
}
