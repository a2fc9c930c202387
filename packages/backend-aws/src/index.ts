import type { BackendFactory } from "@k8s-snapshots/backend-api";
import { AwsBackend } from "./aws-backend.ts";
import { parseAwsConfig } from "./aws-config.ts";
import { createEc2Api } from "./ec2-client.ts";

export { AwsBackend, type AwsDependencies } from "./aws-backend.ts";
export { type AwsConfig, type AwsCredentials, parseAwsConfig } from "./aws-config.ts";
export type { AwsIdentity, IdentityKind, ObtainedCredentials } from "./aws-identity.ts";
export { autoModeDriver, ebsDriver, ebsDrivers } from "./ebs-drivers.ts";
export type {
  Ec2Api,
  Ec2Attachment,
  Ec2CallOptions,
  Ec2CreateSnapshotInput,
  Ec2CreateSnapshotsInput,
  Ec2CreateVolumeInput,
  Ec2DescribeInput,
  Ec2DescribeInstancesInput,
  Ec2DescribeVolumesInput,
  Ec2Device,
  Ec2Filter,
  Ec2Instance,
  Ec2InstancePage,
  Ec2InstanceSpecification,
  Ec2Snapshot,
  Ec2SnapshotPage,
  Ec2SnapshotSite,
  Ec2Tag,
  Ec2TagSpecification,
  Ec2Volume,
  Ec2VolumePage,
} from "./ec2-api.ts";
export { createEc2Api } from "./ec2-client.ts";
export { createInstanceRegion, type InstanceRegion } from "./instance-region.ts";
export { manifest } from "./manifest.ts";
export { openQuotas } from "./open-quotas.ts";
export type { ListQuotasInput, Quota, QuotaPage, QuotasApi } from "./quotas-api.ts";
export type { AnswerLimits } from "./sdk-answer.ts";
export type { StorageLocation } from "./storage-location.ts";
export type { Wait } from "./wait-for-volume.ts";

/** Makes the backend that the environment describes. See {@link parseAwsConfig} for the variables. */
export const createBackend: BackendFactory = ({ environment }) => {
  const config = parseAwsConfig(environment);
  return new AwsBackend(config, { openRegion: (region) => createEc2Api(region, config) });
};
