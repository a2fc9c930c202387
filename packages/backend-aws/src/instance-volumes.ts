import { BackendError } from "@k8s-snapshots/backend-api";
import type { Ec2Instance, Ec2InstanceSpecification, Ec2Volume } from "./ec2-api.ts";

/**
 * The most volumes that a request can exclude.
 *
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceSpecification.html}
 */
const mostExcluded = 40;

/**
 * The instance that all the volumes are attached to. Where there are several, the first by its id.
 *
 * @throws {BackendError} `invalid`, about the disks, if there is none
 */
export function commonInstance(volumes: readonly Ec2Volume[], region: string): string {
  const attached = volumes.map(attachedTo);
  const [first = [], ...others] = attached;
  const [common] = first.filter((id) => others.every((ids) => ids.includes(id))).toSorted();
  if (common !== undefined) return common;
  const places = volumes.map(({ VolumeId }, index) => `${VolumeId} to ${attached[index]?.join(" and ") || "none"}`);
  throw ungroupable(`they are attached to different instances in ${region} (${places.join(", ")})`);
}

/** The instances that a volume is attached to: several for an io2 volume with Multi-Attach. */
export function attachedTo({ Attachments = [] }: Ec2Volume): string[] {
  return Attachments.flatMap(({ InstanceId, State }) => (State === "attached" && InstanceId ? [InstanceId] : []));
}

/**
 * These volumes of the instance, and no others.
 *
 * @throws {BackendError} `invalid`, about the disks, if one is not attached to it, or too many others are
 */
export function specifyVolumes(
  { InstanceId = "", RootDeviceName, Devices = [] }: Ec2Instance,
  ids: readonly string[],
  region: string,
): Ec2InstanceSpecification {
  const gone = ids.find((id) => Devices.every(({ VolumeId }) => VolumeId !== id));
  if (gone !== undefined) throw ungroupable(`${gone} is not attached to ${InstanceId} in ${region} any more`);
  const root = Devices.find(({ DeviceName }) => DeviceName === RootDeviceName)?.VolumeId;
  const others = Devices.flatMap(({ VolumeId }) => VolumeId ?? []).filter((id) => id !== root && !ids.includes(id));
  if (others.length > mostExcluded) {
    throw ungroupable(
      `${InstanceId} in ${region} has ${others.length} others, and EC2 leaves out ${mostExcluded} at most`,
    );
  }
  return {
    InstanceId,
    ExcludeBootVolume: root === undefined || !ids.includes(root),
    ...(others.length === 0 ? {} : { ExcludeDataVolumeIds: others }),
  };
}

function ungroupable(why: string): BackendError {
  const message =
    `EC2 cannot take snapshots of one instant of these volumes: ${why}; ` +
    "have them on one node, or take the snapshots one by one";
  return new BackendError("invalid", message, { scope: "disk" });
}
