import {
  BackendError,
  type CallOptions,
  IDEMPOTENCY_KEY_LABEL,
  type RemoveRestoredRequest,
} from "@k8s-snapshots/backend-api";
import { throwIfAborted } from "@k8s-snapshots/backend-api/toolkit";
import { vendorCode } from "./aws-error.ts";
import { toFilters } from "./aws-snapshot.ts";
import type { Ec2Filter, Ec2Volume } from "./ec2-api.ts";
import type { Ec2Region } from "./ec2-region.ts";
import { hasFailed, type Wait } from "./wait-for-volume.ts";

/** Milliseconds between two looks for a volume, or its tag, that EC2 may not show yet: it was just made. */
const pauses: readonly number[] = [500, 1000, 2000, 4000];

/**
 * Deletes a volume that carries the key as its tag, as a restore sets it.
 *
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html}
 */
export async function removeRestoredVolume(
  region: Ec2Region,
  { diskId, idempotencyKey }: RemoveRestoredRequest,
  wait: Wait,
  options: CallOptions | undefined,
): Promise<void> {
  const withId: Ec2Filter = { Name: "volume-id", Values: [diskId] };
  const withKey = [withId, ...toFilters({ [IDEMPOTENCY_KEY_LABEL]: idempotencyKey })];
  let isThere = false;
  for (const pause of pauses) {
    const found = await first(region, [withId], options);
    if (found !== undefined && hasFailed(found)) return;
    if (found !== undefined && (await first(region, withKey, options)) !== undefined) {
      return deleteVolume(region, diskId, options);
    }
    isThere = found !== undefined;
    await wait(pause, options?.signal).catch(() => throwIfAborted(options));
  }
  if (!isThere) return;
  throw new BackendError("invalid", `cannot remove ${diskId}: the restore ${idempotencyKey} has not made it`);
}

async function first(
  region: Ec2Region,
  filters: Ec2Filter[],
  options: CallOptions | undefined,
): Promise<Ec2Volume | undefined> {
  for await (const volume of region.volumes(filters, options)) return volume;
  return undefined;
}

async function deleteVolume(region: Ec2Region, id: string, options: CallOptions | undefined): Promise<void> {
  await region.call("ec2:DeleteVolume", id, options, async (api, how) => {
    try {
      await api.deleteVolume({ VolumeId: id }, how);
    } catch (error) {
      if (vendorCode(error) !== "InvalidVolume.NotFound") throw error;
    }
  });
}
