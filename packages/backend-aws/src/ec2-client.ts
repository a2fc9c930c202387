import {
  type $Command,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
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
import {
  type AnswerLimits,
  answerLimits,
  isSuccess,
  notAnAnswer,
  readBody,
  requireAnswerTo,
  type SdkResponse,
} from "./ec2-answer.ts";
import type { Ec2Api, Ec2CallOptions, Ec2SnapshotPage, Ec2VolumePage } from "./ec2-api.ts";
import { readSnapshotPage } from "./snapshot-page.ts";
import { readVolumePage } from "./volume-page.ts";

/** Milliseconds. EC2 answers the calls used within seconds: these only describe, or begin something. */
const connectionTimeout = 5000;
const requestTimeout = 30_000;

/**
 * EC2 through the AWS SDK, without its retries: a retried creation would hide an unknown outcome. Only here is the SDK
 * imported.
 */
export function createEc2Api(region: string, config: AwsConfig, limits: AnswerLimits = answerLimits): Ec2Api {
  const { endpoint, credentials, identity } = config;
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
  /** Apart from the call, so that what a credentials provider says is not treated as EC2's answer. */
  const ready = async ({ signal }: Ec2CallOptions): Promise<{ abortSignal?: AbortSignal }> => {
    const { accountId, $source }: ObtainedCredentials = await client.config.credentials().catch((error: unknown) => {
      throw new CredentialsError(error, identity);
    });
    obtained = { accountId, $source };
    signal?.throwIfAborted();
    return signal ? { abortSignal: signal } : {};
  };
  const send = async <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    operation: string,
    command: $Command<Input, Output, EC2ClientResolvedConfig>,
    options: Ec2CallOptions,
    read?: (xml: string) => void,
  ): Promise<Output> => {
    addReader(command, operation, { options, limits, ...(read ? { read } : {}) });
    return client.send(command, await ready(options));
  };
  return {
    createSnapshot: (input, options) => send("CreateSnapshot", new CreateSnapshotCommand(input), options),
    describeSnapshots: async (input, options) => {
      let page: Ec2SnapshotPage = {};
      await send("DescribeSnapshots", new DescribeSnapshotsCommand(input), options, (text) => {
        page = readSnapshotPage(text);
      });
      return page;
    },
    deleteSnapshot: (input, options) => send("DeleteSnapshot", new DeleteSnapshotCommand(input), options),
    createTags: (input, options) => send("CreateTags", new CreateTagsCommand(input), options),
    createVolume: (input, options) => send("CreateVolume", new CreateVolumeCommand(input), options),
    deleteVolume: (input, options) => send("DeleteVolume", new DeleteVolumeCommand(input), options),
    describeVolumes: async (input, options) => {
      let page: Ec2VolumePage = {};
      await send("DescribeVolumes", new DescribeVolumesCommand(input), options, (text) => {
        page = readVolumePage(text);
      });
      return page;
    },
    credentials: () => obtained,
    close: () => client.destroy(),
  };
}

type Next<Input, Output> = (input: Input) => Promise<Output>;

/** The part of an SDK's command that hands its answers on. */
interface Command {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: each command has types of its own, and none is looked at
    add(middleware: (next: Next<any, any>) => Next<any, any>, options: { step: "deserialize"; priority: "low" }): void;
  };
}

interface Reading {
  readonly options: Ec2CallOptions;
  readonly limits: AnswerLimits;
  /** Reads a success instead of the SDK, which gets an empty one. */
  readonly read?: (xml: string) => void;
}

/** With `priority: "low"` it stands next to the network, before a refusal becomes an error and XML an object. */
function addReader(command: Command, operation: string, { options, limits, read }: Reading): void {
  const middleware =
    <Input, Output extends { response: unknown }>(next: Next<Input, Output>): Next<Input, Output> =>
    async (input) => {
      const answer = await next(input);
      const response = answer.response as SdkResponse;
      handOnDate(response, options);
      const isPage = read !== undefined && isSuccess(response);
      const bytes = isPage ? limits.pageBytes : limits.bytes;
      const body = await readBody(response, { bytes, ms: limits.ms }, options.signal);
      response.body = body;
      if (!isSuccess(response)) return answer;
      requireAnswerTo(operation, body);
      if (read) {
        try {
          read(body.toString("utf8"));
        } catch (error) {
          throw notAnAnswer(operation, `what cannot be read (${(error as Error).message})`);
        }
        response.body = new Uint8Array();
      }
      return answer;
    };
  command.middlewareStack.add(middleware, { step: "deserialize", priority: "low" });
}

function handOnDate({ headers }: SdkResponse, { onDate }: Ec2CallOptions): void {
  const date = new Date(headers?.["date"] ?? Number.NaN);
  if (!Number.isNaN(date.getTime())) onDate?.(date);
}
