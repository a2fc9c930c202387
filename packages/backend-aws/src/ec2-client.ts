import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import type { AwsConfig } from "./aws-config.ts";
import { CredentialsError } from "./aws-error.ts";
import type { Ec2Api, Ec2CallOptions } from "./ec2-api.ts";

/** Milliseconds. EC2 answers the calls used within seconds: these only describe, or begin something. */
const connectionTimeout = 5000;
const requestTimeout = 30_000;

/** EC2 through the AWS SDK, without its retries: a retried creation would hide an unknown outcome. Only here is the SDK imported. */
export function createEc2Api(region: string, { endpoint, credentials }: AwsConfig): Ec2Api {
  const client = new EC2Client({
    region,
    maxAttempts: 1,
    // Without `throwOnRequestTimeout` the SDK only warns.
    requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    ...(endpoint === undefined ? {} : { endpoint }),
    // A copy: the SDK writes to it.
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
  });
  /** Apart from the call, so that what a credentials provider says is not taken for EC2's answer. */
  const ready = async ({ signal }: Ec2CallOptions): Promise<{ abortSignal?: AbortSignal }> => {
    await client.config.credentials().catch((error: unknown) => {
      throw new CredentialsError(error);
    });
    signal?.throwIfAborted();
    return signal ? { abortSignal: signal } : {};
  };
  return {
    createSnapshot: async (input, options) => client.send(new CreateSnapshotCommand(input), await ready(options)),
    describeSnapshots: async (input, options) => client.send(new DescribeSnapshotsCommand(input), await ready(options)),
    deleteSnapshot: async (input, options) => client.send(new DeleteSnapshotCommand(input), await ready(options)),
    createVolume: async (input, options) => client.send(new CreateVolumeCommand(input), await ready(options)),
    describeVolumes: async (input, options) => client.send(new DescribeVolumesCommand(input), await ready(options)),
    close: () => client.destroy(),
  };
}
