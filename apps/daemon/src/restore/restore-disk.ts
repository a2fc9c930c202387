import {
  isBackendError,
  type RestoredVolume,
  type RestoreProgress,
  type RestoreRequest,
} from "@k8s-snapshots/backend-api";
import type { RestorePlan } from "./restore-plan.ts";
import type { UndoStack } from "./undo-stack.ts";

type DiskName = Pick<RestoredVolume, "diskId" | "location">;

/** How long an interrupted restore waits to hear which disk was begun, in milliseconds. */
const ANSWER_LIMIT_MS = 10_000;

/** See {@link restoreDisk}. */
export interface RestoreDiskOptions {
  readonly stop: AbortSignal;

  /** Called once it is known which disk is being made. */
  readonly onBegun: (diskId: string) => void;

  /** Called with how far it is, as often as the backend hears of it. */
  readonly onProgress: (progress: RestoreProgress) => void;
}

/**
 * Makes the disk, and waits until it is usable. Interrupted while the storage system has not said yet which disk it makes, it
 * waits for that first: a request that is broken off may be carried out all the same.
 *
 * @throws what the backend throws; the stack then holds the disk, if there may be one
 */
export async function restoreDisk(
  plan: RestorePlan,
  undo: UndoStack,
  { stop, onBegun, onProgress }: RestoreDiskOptions,
): Promise<RestoredVolume> {
  const { backend } = plan;
  const call = new AbortController();
  let begun: DiskName | undefined;
  const request: RestoreRequest = {
    ...requestOf(plan),
    onProgress,
    onBegun: (disk) => {
      begun = disk;
      onBegun(disk.diskId);
      if (stop.aborted) call.abort();
    },
  };
  undo.push({
    what: () => (begun === undefined ? `a disk named ${plan.diskName}, if it was begun` : `disk ${begun.diskId}`),
    remove: async (signal) => {
      begun ??= await askAgain(plan, signal);
      if (backend.removeRestored === undefined) throw new Error(`the backend ${backend.name} cannot remove disks`);
      await backend.removeRestored({ ...begun, idempotencyKey: plan.key }, { signal });
    },
    remedy: () => remedyOf(plan, begun),
  });
  let timer: NodeJS.Timeout | undefined;
  const onStop = (): void => {
    if (begun !== undefined) call.abort();
    else timer = setTimeout(() => call.abort(), ANSWER_LIMIT_MS);
  };
  stop.addEventListener("abort", onStop, { once: true });
  try {
    const made = await backend.restoreSnapshot?.(request, { signal: call.signal });
    if (made === undefined) throw new Error(`the backend ${backend.name} makes no volumes of snapshots`);
    if (begun === undefined) onBegun(made.diskId);
    begun = made;
    return made;
  } catch (error) {
    const isNothingMade =
      begun === undefined && isBackendError(error) && error.code !== "aborted" && error.outcome === "not-done";
    if (isNothingMade) undo.pop();
    throw error;
  } finally {
    stop.removeEventListener("abort", onStop);
    clearTimeout(timer);
  }
}

function requestOf({ snapshot, diskName, key, parameters }: RestorePlan): RestoreRequest {
  const { id, location } = snapshot;
  return { snapshot: { id, location }, name: diskName, labels: {}, idempotencyKey: key, parameters };
}

/**
 * Which disk a request whose answer was lost has begun: the same key again leads to the same disk, however late the storage
 * system's lists are. If none was begun one is now, and is removed with it.
 */
async function askAgain(plan: RestorePlan, signal: AbortSignal): Promise<DiskName> {
  const enough = new AbortController();
  let begun: DiskName | undefined;
  const request: RestoreRequest = {
    ...requestOf(plan),
    mayExist: true,
    onBegun: (disk) => {
      begun = disk;
      enough.abort();
    },
  };
  try {
    const found = await plan.backend.restoreSnapshot?.(request, { signal: AbortSignal.any([signal, enough.signal]) });
    if (found !== undefined) return found;
  } catch (error) {
    if (begun === undefined) throw error;
  }
  return begun as unknown as DiskName;
}

function remedyOf({ backend, snapshot, diskName, key }: RestorePlan, disk: DiskName | undefined): string {
  const place = `${backend.name}/${disk?.location ?? snapshot.location}`;
  if (disk === undefined) {
    return `look in ${place} for a disk named ${diskName} with the label k8s-snapshots/idempotency-key=${key}, and delete it`;
  }
  if (backend.removeRestored === undefined) return `delete ${disk.diskId} in ${place}`;
  return `k8s-snapshots restore --undo ${key} --disk ${disk.diskId} --location ${place}`;
}
