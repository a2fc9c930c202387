import { BackendError, type CallOptions, isBackendError, type RestoreRequest } from "@k8s-snapshots/backend-api";
import { throwIfAborted } from "@k8s-snapshots/backend-api/toolkit";
import { vendorCode } from "./aws-error.ts";
import { unexpected } from "./aws-snapshot.ts";
import type { Ec2Volume } from "./ec2-api.ts";
import type { Ec2Region } from "./ec2-region.ts";

/** Waits for some milliseconds, or rejects when the signal fires. */
export type Wait = (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;

/** How to wait for a volume. */
export interface WaitOptions extends Pick<RestoreRequest, "onProgress"> {
  readonly wait: Wait;
}

/** Milliseconds between two looks: half a second at first, then twice as long each time, up to ten seconds; 2 min in all. */
const pauses: readonly number[] = [500, 1000, 2000, 4000, 8000, ...Array<number>(11).fill(10_000)];

/** How long, in milliseconds, a volume may be missing that was just made: EC2 is eventually consistent. */
const longestLag = 10_000;

const made: ReadonlySet<string> = new Set(["available", "in-use"]);
const failed: ReadonlySet<string> = new Set(["error", "deleting", "deleted"]);

/** Whether EC2 has given up the volume. */
export function hasFailed({ State }: Ec2Volume): boolean {
  return failed.has(State ?? "");
}

/**
 * Resolves when a volume that EC2 has begun to make is made. EC2 asks for the KMS key only after it has answered, and when
 * that is denied it removes the volume and says nothing.
 *
 * @param snapshotId - what it is made of, for messages
 * @throws {BackendError} `forbidden` if a volume that is encrypted fails or vanishes, `unexpected` if another one does.
 *   Where it is not known what becomes of the volume, the outcome is unknown.
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html}
 * @see {@link https://github.com/kubernetes-sigs/aws-ebs-csi-driver/issues/3010}
 */
export async function waitForVolume(
  region: Ec2Region,
  volume: Ec2Volume & { readonly VolumeId: string },
  snapshotId: string,
  { wait, onProgress }: WaitOptions,
  options: CallOptions | undefined,
): Promise<void> {
  const id = volume.VolumeId;
  let waited = 0;
  let isSeen = false;
  for (const pause of pauses) {
    const found = waited === 0 && made.has(volume.State ?? "") ? volume : await look(region, id, options);
    if (found !== undefined && made.has(found.State ?? "")) return;
    if (found?.State !== undefined) onProgress?.({ state: found.State });
    isSeen ||= found !== undefined;
    const isGone = found === undefined && (isSeen || waited >= longestLag);
    if (isGone || (found !== undefined && hasFailed(found))) {
      throw failure({ ...volume, ...found }, snapshotId, region.region);
    }
    await wait(pause, options?.signal).catch(() => throwIfAborted(options));
    waited += pause;
  }
  throw new BackendError(
    "unavailable",
    `ec2:CreateVolume of ${snapshotId} in ${region.region}: ${id} is not ready after ${waited / 1000} s: look for it in EC2`,
    { scope: "snapshot", outcome: "unknown" },
  );
}

/** `undefined` if there is none. */
async function look(region: Ec2Region, id: string, options: CallOptions | undefined): Promise<Ec2Volume | undefined> {
  try {
    return await region.call("ec2:DescribeVolumes", id, options, async (api, how) => {
      const { Volumes } = await api.describeVolumes({ VolumeIds: [id] }, how).catch((error: unknown) => {
        if (vendorCode(error) === "InvalidVolume.NotFound") return { Volumes: [] };
        throw error;
      });
      if (!Array.isArray(Volumes)) throw unexpected("a list without Volumes");
      return Volumes[0];
    });
  } catch (error) {
    if (!isBackendError(error) || error.code === "aborted") throw error;
    const { code, scope, retryable, retryAfterMs, cause } = error;
    throw new BackendError(code, `${id} was begun, but what became of it is not known: ${error.message}`, {
      scope,
      retryable,
      outcome: "unknown",
      cause,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

function failure(
  { VolumeId, State, Encrypted, KmsKeyId }: Ec2Volume,
  snapshotId: string,
  region: string,
): BackendError {
  const what = hasFailed({ State }) ? `is in the state ${State}` : "is gone";
  const doing = `ec2:CreateVolume of ${snapshotId} in ${region}: ${VolumeId}, which was begun, ${what}`;
  if (Encrypted !== true && KmsKeyId === undefined) {
    return new BackendError("unexpected", `${doing}: EC2 does not say why; try again`, { scope: "snapshot" });
  }
  const key = KmsKeyId === undefined ? "its KMS key" : `the KMS key ${KmsKeyId}`;
  const fix =
    `allow the role or user of the credentials kms:CreateGrant, kms:Decrypt, kms:DescribeKey, ` +
    `kms:GenerateDataKeyWithoutPlaintext and kms:ReEncrypt* on ${key} and on that of the snapshot, and enable both`;
  return new BackendError("forbidden", `${doing}, as it is where a KMS key is denied: ${fix}`, { scope: "snapshot" });
}
