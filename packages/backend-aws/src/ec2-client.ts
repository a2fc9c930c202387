import {
  type $Command,
  CreateSnapshotCommand,
  CreateSnapshotsCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
  type EC2ClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-ec2";
import { AnswerText } from "./answer-text.ts";
import type { AwsConfig } from "./aws-config.ts";
import type { ObtainedCredentials } from "./aws-identity.ts";
import { notAnAnswer, requireAnswerTo } from "./ec2-answer.ts";
import type { Ec2Api, Ec2CallOptions, Ec2InstancePage, Ec2VolumePage } from "./ec2-api.ts";
import { readInstancePage } from "./instance-page.ts";
import { openSnapshotPage } from "./open-snapshot-page.ts";
import { type AnswerLimits, answerLimits, readAnswers } from "./sdk-answer.ts";
import { clientOptions, obtainCredentials } from "./sdk-client.ts";
import { readVolumePage } from "./volume-page.ts";

/** EC2 through the AWS SDK. Only here is its client imported. */
export function createEc2Api(region: string, config: AwsConfig, limits: AnswerLimits = answerLimits): Ec2Api {
  const client = new EC2Client(clientOptions(region, config.endpoint, config));
  let obtained: ObtainedCredentials | undefined;
  const send = async <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    operation: string,
    command: $Command<Input, Output, EC2ClientResolvedConfig>,
    options: Ec2CallOptions,
    read?: (text: AnswerText) => void,
  ): Promise<Output> => {
    readAnswers(command, { options, limits, isPage: read !== undefined, onSuccess: takeAnswer(operation, read) });
    obtained = await obtainCredentials(client, config.identity, options, limits.credentialsMs);
    return client.send(command, options.signal ? { abortSignal: options.signal } : {});
  };
  return {
    createSnapshot: (input, options) => send("CreateSnapshot", new CreateSnapshotCommand(input), options),
    createSnapshots: (input, options) => send("CreateSnapshots", new CreateSnapshotsCommand(input), options),
    describeSnapshots: async (input, options) => {
      let answer = new AnswerText([]);
      await send("DescribeSnapshots", new DescribeSnapshotsCommand(input), options, (text) => {
        answer = text;
      });
      return openSnapshotPage(answer);
    },
    deleteSnapshot: (input, options) => send("DeleteSnapshot", new DeleteSnapshotCommand(input), options),
    createTags: (input, options) => send("CreateTags", new CreateTagsCommand(input), options),
    createVolume: (input, options) => send("CreateVolume", new CreateVolumeCommand(input), options),
    deleteVolume: (input, options) => send("DeleteVolume", new DeleteVolumeCommand(input), options),
    describeVolumes: async (input, options) => {
      let page: Ec2VolumePage = {};
      await send("DescribeVolumes", new DescribeVolumesCommand(input), options, (text) => {
        page = readVolumePage(text.whole());
      });
      return page;
    },
    describeInstances: async (input, options) => {
      let page: Ec2InstancePage = {};
      await send("DescribeInstances", new DescribeInstancesCommand(input), options, (text) => {
        page = readInstancePage(text.whole());
      });
      return page;
    },
    credentials: () => obtained,
    close: () => client.destroy(),
  };
}

/** @param read - reads a success instead of the SDK, which gets an empty one */
function takeAnswer(operation: string, read: ((text: AnswerText) => void) | undefined): (text: AnswerText) => string {
  return (text) => {
    requireAnswerTo(operation, text);
    if (read === undefined) return text.whole();
    try {
      read(text);
    } catch (error) {
      throw notAnAnswer(operation, `what cannot be read (${(error as Error).message})`);
    }
    return "";
  };
}
