import {
  BackendError,
  type CallOptions,
  type CreateSnapshotGroupRequest,
  type Disk,
  IDEMPOTENCY_KEY_LABEL,
  isBackendError,
  type Snapshot,
} from "@k8s-snapshots/backend-api";
import { toNewSnapshot, toTags, unexpected } from "./aws-snapshot.ts";
import { findEarlier } from "./earlier-snapshots.ts";
import type { Ec2Snapshot, Ec2SnapshotSite, Ec2Volume } from "./ec2-api.ts";
import type { Ec2Region } from "./ec2-region.ts";
import { commonInstance, specifyVolumes } from "./instance-volumes.ts";
import { type StorageLocation, siteOf } from "./storage-location.ts";

/**
 * Begins snapshots of one instant of several volumes of one instance. EC2 takes all volumes of the instance but those that
 * are named, so which ones it has is asked just before. One that is attached in between gets a snapshot, too: it is kept,
 * is listed with the group's labels, and is not in the answer.
 *
 * EC2 takes no token: the key is a tag of each snapshot. What is missing of a group is reported, and nothing is deleted.
 *
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html}
 */
export async function createGroup(
  region: Ec2Region,
  request: CreateSnapshotGroupRequest,
  location: StorageLocation,
  options: CallOptions | undefined,
): Promise<readonly Snapshot[]> {
  const { disks, name, labels, idempotencyKey, mayExist } = request;
  const ids = disks.map(({ id }) => id);
  const earlier = mayExist ? await findGroup(region, ids, idempotencyKey, options) : undefined;
  if (earlier) return earlier;
  try {
    const volumes = await region.volumesById(ids, options);
    const instance = await region.instance(commonInstance(volumes, region.region), options);
    const input = {
      InstanceSpecification: specifyVolumes(instance, ids, region.region),
      Description: name,
      TagSpecifications: [
        {
          ResourceType: "snapshot" as const,
          Tags: toTags({ Name: name, ...labels, [IDEMPOTENCY_KEY_LABEL]: idempotencyKey }),
        },
      ],
      ...(location === "region" ? {} : commonSite(volumes, region.region)),
    };
    return await region.call("ec2:CreateSnapshots", ids.join(", "), options, async (api, how) =>
      toNewGroup(await api.createSnapshots(input, how), disks),
    );
  } catch (error) {
    throw aboutGroup(error);
  }
}

/** What an earlier call made; `undefined` if that is nothing. */
async function findGroup(
  region: Ec2Region,
  ids: readonly string[],
  key: string,
  options: CallOptions | undefined,
): Promise<Snapshot[] | undefined> {
  const found = await findEarlier(region, ids, key, options);
  if (found.length === 0) return undefined;
  const members = ids.flatMap((id) => found.find(({ diskId }) => diskId === id) ?? []);
  if (members.length === ids.length) return members;
  const made = members.map(({ id, diskId }) => `${id} of ${diskId}`).join(", ");
  const missing = ids.filter((id) => members.every(({ diskId }) => diskId !== id)).join(", ");
  throw new BackendError(
    "unexpected",
    `of the group ${key} in ${region.region} there is ${made || "nothing that can be understood"}, but none of ${missing}: ` +
      "nothing was begun, and nothing deleted; look in EC2 what became of it",
    { scope: "disk" },
  );
}

/** @throws {BackendError} `unexpected`, with an unknown outcome, if one is missing or cannot be understood */
function toNewGroup({ Snapshots }: { Snapshots?: Ec2Snapshot[] | undefined }, disks: readonly Disk[]): Snapshot[] {
  if (!Array.isArray(Snapshots)) throw unexpected("a group without Snapshots");
  return disks.map((disk) => {
    const answer = Snapshots.find(({ VolumeId }) => VolumeId === disk.id);
    if (answer !== undefined) return toNewSnapshot(answer, disk);
    const made = Snapshots.map(({ SnapshotId, VolumeId }) => `${SnapshotId} of ${VolumeId}`).join(", ") || "nothing";
    throw unexpected(`only ${made} of a group, and none of ${disk.id}; nothing was deleted`);
  });
}

/** Volumes of one instance are in one place, but EC2's answer is input. */
function commonSite(volumes: readonly Ec2Volume[], region: string): Ec2SnapshotSite {
  const [first = {}, ...others] = volumes.map((volume) => siteOf(volume, region));
  const isSame = others.every((site) => site.OutpostArn === first.OutpostArn && site.Location === first.Location);
  if (isSame) return first;
  const ids = volumes.map(({ VolumeId }) => VolumeId).join(", ");
  throw new BackendError("invalid", `${ids} are on different sites: take their snapshots one by one`, {
    scope: "disk",
  });
}

/** A permission that only groups need is missing for these disks, and nothing else in the region has to wait for it. */
function aboutGroup(error: unknown): unknown {
  if (!isBackendError(error) || error.code !== "forbidden" || error.scope !== "location") return error;
  const message = `${error.message}, or take the snapshots one by one`;
  return new BackendError("forbidden", message, { scope: "disk", outcome: error.outcome, cause: error.cause });
}
