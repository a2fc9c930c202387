import { type AccessCheck, type CallOptions, IDEMPOTENCY_KEY_LABEL } from "@k8s-snapshots/backend-api";
import { type AwsIdentity, identityUsed } from "./aws-identity.ts";
import { type DryRunAnswer, dryRun, optionalCheck, toCheck } from "./dry-run.ts";
import type { Ec2Api, Ec2CallOptions, Ec2TagSpecification, Ec2Volume } from "./ec2-api.ts";
import type { Ec2Region } from "./ec2-region.ts";
import { checkGroups } from "./group-access.ts";
import { attachedTo } from "./instance-volumes.ts";

/** What both the in-tree plugin and the CSI driver tag the volumes of claims with. */
const claimTag = "kubernetes.io/created-for/pvc/name";

/** Stand in where the account has no volume or snapshot to ask about. */
const noVolume = "vol-00000000000000000";
const noSnapshot = "snap-00000000000000000";

type Send = (api: Ec2Api, options: Ec2CallOptions) => Promise<unknown>;

/**
 * Tries each action with `DryRun`, which changes nothing. EC2 judges the objects named, too, so those that the actions
 * are meant for are named where there are any: a claim's volume, a snapshot that this backend made. The first check says
 * whose credentials were used.
 *
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html}
 * @throws {BackendError} for anything but a permission that is there or missing
 */
export async function checkPermissions(
  region: Ec2Region,
  identity: AwsIdentity,
  options: CallOptions | undefined,
): Promise<AccessCheck[]> {
  const ask = (action: string, object: string, send: Send): Promise<DryRunAnswer> =>
    dryRun(region, action, object, options, send);
  const describeSnapshots = await ask("ec2:DescribeSnapshots", "own snapshots", (api, how) =>
    api.describeSnapshots({ OwnerIds: ["self"], MaxResults: 5, DryRun: true }, how),
  );
  const describeVolumes = await ask("ec2:DescribeVolumes", "volumes", (api, how) =>
    api.describeVolumes({ MaxResults: 5, DryRun: true }, how),
  );
  const snapshotId = describeSnapshots.status === "granted" ? await anySnapshot(region, options) : undefined;
  const volume = describeVolumes.status === "granted" ? await anyVolume(region, options) : undefined;
  const volumeId = volume?.VolumeId;
  const askCreate = (tags: Ec2TagSpecification[]): Promise<DryRunAnswer> =>
    ask("ec2:CreateSnapshot", volumeId ?? noVolume, (api, how) =>
      api.createSnapshot({ VolumeId: volumeId ?? noVolume, TagSpecifications: tags, DryRun: true }, how),
    );
  const createTagged = await askCreate([tagsOf("snapshot")]);
  const create = createTagged.status === "missing" ? await askCreate([]) : createTagged;
  const deletion = await ask("ec2:DeleteSnapshot", snapshotId ?? noSnapshot, (api, how) =>
    api.deleteSnapshot({ SnapshotId: snapshotId ?? noSnapshot, DryRun: true }, how),
  );
  const relabel = await ask("ec2:CreateTags", snapshotId ?? noSnapshot, (api, how) =>
    api.createTags({ Resources: [snapshotId ?? noSnapshot], Tags: tagsOf("snapshot").Tags, DryRun: true }, how),
  );
  const restore = await ask("ec2:CreateVolume", snapshotId ?? noSnapshot, (api, how) =>
    api.createVolume(
      {
        SnapshotId: snapshotId ?? noSnapshot,
        AvailabilityZone: `${region.region}a`,
        TagSpecifications: [tagsOf("volume")],
        DryRun: true,
      },
      how,
    ),
  );
  const groups = await checkGroups(region, volume, [tagsOf("snapshot")], options);
  return [
    withIdentity(toCheck("ec2:DescribeSnapshots", describeSnapshots), identityUsed(identity, region.credentials)),
    toCheck("ec2:DescribeVolumes", describeVolumes),
    toCheck("ec2:CreateSnapshot", create, volumeId ?? noVolume),
    checkOfTags(createTagged, create),
    toCheck("ec2:DeleteSnapshot", deletion, snapshotId ?? noSnapshot),
    checkOfLaterTags(relabel, snapshotId ?? noSnapshot),
    optionalCheck(toCheck("ec2:CreateVolume", restore, snapshotId ?? noSnapshot), "Only restores need it."),
    ...groups,
  ];
}

function withIdentity(check: AccessCheck, who: string): AccessCheck {
  return { ...check, detail: [`The credentials are those of ${who}.`, check.detail].filter(Boolean).join(" ") };
}

/** Tags are judged with the creation that sets them: what is refused with tags and granted without lacks CreateTags. */
function checkOfTags(withTags: DryRunAnswer, withoutTags: DryRunAnswer): AccessCheck {
  const permission = "ec2:CreateTags";
  if (withTags.status === "granted") return { permission, status: "granted" };
  if (withTags.status === "missing" && withoutTags.status === "granted") {
    return { permission, status: "missing", detail: `Allow ${permission} where ec2:CreateAction is CreateSnapshot.` };
  }
  const detail = "EC2 judges it together with ec2:CreateSnapshot, about which it did not say yes.";
  return { permission, status: "unknown", detail };
}

/** A permission of its own: policies tell apart tags that are set by a creation. */
function checkOfLaterTags(answer: DryRunAnswer, object: string): AccessCheck {
  const check = {
    ...toCheck("ec2:CreateTags", answer, object),
    permission: "ec2:CreateTags (snapshots that are there)",
  };
  return optionalCheck(check, "Only setting labels later needs it.");
}

function tagsOf(type: Ec2TagSpecification["ResourceType"]): Ec2TagSpecification {
  return { ResourceType: type, Tags: [{ Key: IDEMPOTENCY_KEY_LABEL, Value: "access-check" }] };
}

async function anySnapshot(region: Ec2Region, options: CallOptions | undefined): Promise<string | undefined> {
  for await (const { SnapshotId } of region.snapshots(
    [{ Name: "tag-key", Values: [IDEMPOTENCY_KEY_LABEL] }],
    options,
  )) {
    if (SnapshotId !== undefined) return SnapshotId;
  }
  return undefined;
}

/** One that is attached, where there is one. */
async function anyVolume(region: Ec2Region, options: CallOptions | undefined): Promise<Ec2Volume | undefined> {
  let found: Ec2Volume | undefined;
  for await (const volume of region.volumes([{ Name: "tag-key", Values: [claimTag] }], options)) {
    if (volume.VolumeId === undefined) continue;
    if (attachedTo(volume).length > 0) return volume;
    found ??= volume;
  }
  return found;
}
