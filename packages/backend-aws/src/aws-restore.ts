import {
  BackendError,
  type CallOptions,
  IDEMPOTENCY_KEY_LABEL,
  type RestoredVolume,
  type RestoreRequest,
} from "@k8s-snapshots/backend-api";
import { regionOfZone } from "./aws-region.ts";
import { toFilters, toTags, unexpected } from "./aws-snapshot.ts";
import { ebsDriver } from "./ebs-drivers.ts";
import type { Ec2CreateVolumeInput, Ec2Volume } from "./ec2-api.ts";
import type { Ec2Region } from "./ec2-region.ts";
import { zoneKeyOf } from "./volume-region.ts";
import { hasFailed, type Wait, waitForVolume } from "./wait-for-volume.ts";

type VolumeType = NonNullable<Ec2CreateVolumeInput["VolumeType"]>;

const volumeTypes: readonly VolumeType[] = ["gp2", "gp3", "io1", "io2", "sc1", "st1", "standard"];

/** EC2's own default is gp2; this is the EBS CSI driver's. */
const defaultVolumeType: VolumeType = "gp3";

/** What a restore takes beside the request. */
export interface RestoreContext {
  /** Whose volumes are EBS volumes: one of them serves the new one. */
  readonly csiDrivers: readonly string[];
  readonly wait: Wait;
}

/**
 * Makes a volume of a snapshot, and waits until it is made. The key is the call's ClientToken, and a tag too: with
 * `mayExist` the volume is also found when the token has expired.
 *
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html}
 */
export async function restoreVolume(
  region: Ec2Region,
  request: RestoreRequest,
  { csiDrivers, wait }: RestoreContext,
  options: CallOptions | undefined,
): Promise<RestoredVolume> {
  const { snapshot, name, labels, idempotencyKey, mayExist, onProgress } = request;
  const { csiDriver = ebsDriver, ...others } = request.parameters ?? {};
  if (!csiDrivers.includes(csiDriver)) throw invalid("csiDriver", `must be one of ${csiDrivers.join(", ")}`);
  const parameters = parseParameters(others, region.region);
  const tags = toTags({ Name: name, ...labels, [IDEMPOTENCY_KEY_LABEL]: idempotencyKey });
  const input: Ec2CreateVolumeInput = {
    ...parameters,
    SnapshotId: snapshot.id,
    ClientToken: idempotencyKey,
    TagSpecifications: [{ ResourceType: "volume", Tags: tags }],
  };
  const begun =
    (mayExist ? await findByKey(region, idempotencyKey, options) : undefined) ??
    (await region.call("ec2:CreateVolume", snapshot.id, options, (api, how) => api.createVolume(input, how)));
  const volume = toRestoredVolume(begun, region.region, csiDriver);
  request.onBegun?.({ diskId: volume.diskId, location: volume.location });
  await waitForVolume(
    region,
    { ...begun, VolumeId: volume.diskId },
    snapshot.id,
    { wait, ...(onProgress && { onProgress }) },
    options,
  );
  return volume;
}

function parseParameters(
  parameters: Readonly<Record<string, string>>,
  region: string,
): Pick<Ec2CreateVolumeInput, "AvailabilityZone"> & Partial<Ec2CreateVolumeInput> {
  const { availabilityZone, volumeType, sizeGiB, iops, throughput, encrypted, kmsKeyId, outpostArn, ...others } =
    parameters;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(unknown, "is unknown: remove it");
  if (availabilityZone === undefined) throw invalid("availabilityZone", `is missing: name a zone of ${region}`);
  if (regionOfZone(availabilityZone) !== region) throw invalid("availabilityZone", `must be a zone of ${region}`);
  if (encrypted !== undefined && encrypted !== "true" && encrypted !== "false") {
    throw invalid("encrypted", "must be true or false");
  }
  return {
    AvailabilityZone: availabilityZone,
    VolumeType: parseVolumeType(volumeType),
    ...(sizeGiB === undefined ? {} : { Size: parseCount("sizeGiB", sizeGiB) }),
    ...(iops === undefined ? {} : { Iops: parseCount("iops", iops) }),
    ...(throughput === undefined ? {} : { Throughput: parseCount("throughput", throughput) }),
    ...(encrypted === undefined ? {} : { Encrypted: encrypted === "true" }),
    ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
    ...(outpostArn === undefined ? {} : { OutpostArn: outpostArn }),
  };
}

function parseVolumeType(value: string = defaultVolumeType): VolumeType {
  const type = volumeTypes.find((known) => known === value);
  if (type === undefined) throw invalid("volumeType", `must be one of ${volumeTypes.join(", ")}`);
  return type;
}

function parseCount(parameter: string, value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw invalid(parameter, "must be a whole number above zero");
  return Number(value);
}

function invalid(parameter: string, what: string): BackendError {
  return new BackendError("invalid", `parameter ${parameter} of a restore on AWS ${what}`);
}

async function findByKey(
  region: Ec2Region,
  key: string,
  options: CallOptions | undefined,
): Promise<Ec2Volume | undefined> {
  const found = await Array.fromAsync(region.volumes(toFilters({ [IDEMPOTENCY_KEY_LABEL]: key }), options));
  return found.find((volume) => !hasFailed(volume)) ?? found[0];
}

function toRestoredVolume(
  { VolumeId: diskId, AvailabilityZone: zone }: Ec2Volume,
  location: string,
  driver: string,
): RestoredVolume {
  if (typeof diskId !== "string" || diskId === "") throw unexpected("a volume without an id");
  if (regionOfZone(zone) !== location) throw unexpected(`zone ${JSON.stringify(zone)} for ${diskId}`);
  const inZone = { key: zoneKeyOf(driver), operator: "In", values: [zone] };
  return {
    diskId,
    location,
    persistentVolumeSpec: {
      csi: { driver, volumeHandle: diskId },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [inZone] }] } },
    },
  };
}
