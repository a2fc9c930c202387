import {
  type $Command,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
  type EC2ClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-ec2";
import type { AwsConfig } from "./aws-config.ts";
import type { ObtainedCredentials } from "./aws-identity.ts";
import { CredentialsError } from "./credentials-error.ts";
import type { Ec2Api, Ec2CallOptions } from "./ec2-api.ts";

/** Milliseconds. EC2 answers the calls used within seconds: these only describe, or begin something. */
const connectionTimeout = 5000;
const requestTimeout = 30_000;

/** EC2 through the AWS SDK, without its retries: a retried creation would hide an unknown outcome. Only here is the SDK imported. */
export function createEc2Api(region: string, { endpoint, credentials, identity }: AwsConfig): Ec2Api {
  const client = new EC2Client({
    region,
    maxAttempts: 1,
    // Without `throwOnRequestTimeout` the SDK only warns.
    requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    ...(endpoint === undefined ? {} : { endpoint }),
    // A copy: the SDK writes to it.
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
  });
  let obtained: ObtainedCredentials | undefined;
  /** Apart from the call, so that what a credentials provider says is not taken for EC2's answer. */
  const ready = async ({ signal }: Ec2CallOptions): Promise<{ abortSignal?: AbortSignal }> => {
    const { accountId, $source }: ObtainedCredentials = await client.config.credentials().catch((error: unknown) => {
      throw new CredentialsError(error, identity);
    });
    obtained = { accountId, $source };
    signal?.throwIfAborted();
    return signal ? { abortSignal: signal } : {};
  };
  const send = async <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: $Command<Input, Output, EC2ClientResolvedConfig>,
    options: Ec2CallOptions,
  ): Promise<Output> => client.send(dated(command, options), await ready(options));
  return {
    createSnapshot: (input, options) => send(new CreateSnapshotCommand(input), options),
    describeSnapshots: (input, options) => send(new DescribeSnapshotsCommand(input), options),
    deleteSnapshot: (input, options) => send(new DeleteSnapshotCommand(input), options),
    createTags: (input, options) => send(new CreateTagsCommand(input), options),
    createVolume: (input, options) => send(new CreateVolumeCommand(input), options),
    describeVolumes: (input, options) => send(new DescribeVolumesCommand(input), options),
    credentials: () => obtained,
    close: () => client.destroy(),
  };
}

type Answer = { response: unknown };
type Next<Input, Output> = (input: Input) => Promise<Output>;

/** The part of an SDK's command that hands its answers on. */
interface Command {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: each command has types of its own, and none is looked at
    add(middleware: (next: Next<any, any>) => Next<any, any>, options: { step: "deserialize"; priority: "low" }): void;
  };
}

/** With `priority: "low"` it stands next to the network, before a refusal becomes an error. */
function dated<C extends Command>(command: C, { onDate }: Ec2CallOptions): C {
  if (!onDate) return command;
  const middleware =
    <Input, Output extends Answer>(next: Next<Input, Output>): Next<Input, Output> =>
    async (input) => {
      const answer = await next(input);
      const { headers } = answer.response as { headers?: Readonly<Record<string, string>> };
      const date = new Date(headers?.["date"] ?? Number.NaN);
      if (!Number.isNaN(date.getTime())) onDate(date);
      return answer;
    };
  command.middlewareStack.add(middleware, { step: "deserialize", priority: "low" });
  return command;
}
