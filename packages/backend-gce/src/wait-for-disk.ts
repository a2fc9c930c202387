import { BackendError, type CallOptions, type RestoreRequest } from "@k8s-snapshots/backend-api";
import { throwIfAborted } from "@k8s-snapshots/backend-api/toolkit";
import type { ComputeDisk, DiskPath } from "./compute-api.ts";
import type { ComputeCaller } from "./compute-caller.ts";
import { ComputeError } from "./compute-error.ts";
import { diskPath } from "./gce-disk.ts";

/** Waits for some milliseconds, or rejects when the signal fires. */
export type Wait = (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;

/** How to wait for a disk. */
export interface WaitOptions extends Pick<RestoreRequest, "onProgress"> {
  readonly wait: Wait;
}

/** Milliseconds between two looks: half a second at first, then twice as long each time, up to ten seconds; 10 min in all. */
const pauses: readonly number[] = [500, 1000, 2000, 4000, 8000, ...Array<number>(59).fill(10_000)];

/** How long, in milliseconds, a disk may be missing whose creation was accepted. */
const longestLag = 30_000;

const inTheMaking: ReadonlySet<unknown> = new Set(["CREATING", "RESTORING"]);

/**
 * Resolves when a disk that was begun can be attached.
 *
 * @throws {BackendError} `unexpected` if it has failed, or does not come to be; `unavailable`, with an unknown outcome, if it
 *   takes too long
 * @see {@link https://cloud.google.com/compute/docs/reference/rest/v1/disks#Disk.FIELDS.status}
 */
export async function waitForDisk(
  compute: ComputeCaller,
  path: DiskPath,
  doing: string,
  { wait, onProgress }: WaitOptions,
  options: CallOptions | undefined,
): Promise<void> {
  let waited = 0;
  for (const pause of pauses) {
    const found = await lookAtDisk(compute, path, options);
    if (found?.status === "READY") return;
    if (typeof found?.status === "string") onProgress?.({ state: found.status });
    const isLost = found === undefined ? waited >= longestLag : !inTheMaking.has(found.status);
    if (isLost) {
      const what = found === undefined ? "does not come to be" : `is ${JSON.stringify(found.status)}`;
      throw new BackendError(
        "unexpected",
        `${doing}: the disk, which was begun, ${what}: look at the project's operations`,
      );
    }
    await wait(pause, options?.signal).catch(() => throwIfAborted(options));
    waited += pause;
  }
  const message = `${doing}: the disk is not ready after ${waited / 1000} s: look for it in the project`;
  throw new BackendError("unavailable", message, { outcome: "unknown" });
}

/** `undefined` if there is none. */
export async function lookAtDisk(
  compute: ComputeCaller,
  path: DiskPath,
  options: CallOptions | undefined,
): Promise<ComputeDisk | undefined> {
  return compute.call(`compute.disks.get of ${diskPath(path.project, path)}`, options, async (api, how) => {
    try {
      return await api.getDisk(path, how);
    } catch (error) {
      if (error instanceof ComputeError && error.status === 404) return undefined;
      throw error;
    }
  });
}
