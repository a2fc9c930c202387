import type { BackendManifest } from "@k8s-snapshots/backend-api";
import { ebsDrivers } from "./ebs-drivers.ts";

/** What the daemon knows of this backend before AWS's SDK is loaded. */
export const manifest: BackendManifest = {
  apiVersion: 2,
  name: "aws",
  volumes: {
    csiDrivers: ebsDrivers,
    csiDriversVariable: "AWS_CSI_DRIVERS",
    sources: ["awsElasticBlockStore"],
  },
  settings: [
    { variable: "AWS_REGION", description: "region of volumes that do not say theirs; else AWS_DEFAULT_REGION" },
    { variable: "AWS_CSI_DRIVERS", description: "further CSI drivers of EBS volumes, separated by commas" },
    {
      variable: "AWS_SNAPSHOT_STORAGE_LOCATION",
      description: "region, or on-site: on the Outpost or in the Local Zone of the volume",
      default: "region",
    },
    { variable: "AWS_ENDPOINT_URL_EC2", description: "URL of the EC2 API; else AWS_ENDPOINT_URL" },
    {
      variable: "AWS_ENDPOINT_URL_SERVICE_QUOTAS",
      description: "URL of the Service Quotas API; else AWS_ENDPOINT_URL",
    },
    { variable: "AWS_ACCESS_KEY_ID", description: "static credentials, instead of a role's" },
    { variable: "AWS_SECRET_ACCESS_KEY", description: "beside AWS_ACCESS_KEY_ID", secret: true },
    { variable: "AWS_SESSION_TOKEN", description: "beside AWS_ACCESS_KEY_ID, where it has one", secret: true },
    { variable: "AWS_EC2_METADATA_DISABLED", description: "true: do not ask the machine for its role and region" },
    { variable: "AWS_EC2_METADATA_SERVICE_ENDPOINT", description: "URL of the machine's metadata" },
    { variable: "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", description: "IPv4 or IPv6", default: "IPv4" },
  ],
  diskSchema: {
    type: "object",
    properties: {
      region: { type: "string", description: "such as eu-west-1" },
      volumeId: { type: "string", description: "such as vol-0123456789abcdef0" },
    },
    required: ["region", "volumeId"],
  },
  // Instead of the setting of the same name.
  parameters: {
    storageLocation: {
      type: "string",
      description: "region, or on-site: on the Outpost or in the Local Zone of the volume",
      enum: ["region", "on-site"],
    },
  },
  restoreParameters: {
    availabilityZone: { type: "string", description: "such as eu-west-1a", from: "zones", required: true },
    sizeGiB: { type: "string", description: "size of the volume, in GiB", from: "sizeGiB" },
    csiDriver: { type: "string", description: "driver of the PersistentVolume", from: "csiDriver" },
    volumeType: { type: "string", description: "such as gp3, which is the default" },
    iops: { type: "string", description: "operations a second, for volume types that take it" },
    throughput: { type: "string", description: "MiB a second, for volume types that take it" },
    encrypted: { type: "string", description: "whether it is encrypted", enum: ["true", "false"] },
    kmsKeyId: { type: "string", description: "KMS key to encrypt it with" },
  },
};
