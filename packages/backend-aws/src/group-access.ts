import type { AccessCheck, CallOptions } from "@k8s-snapshots/backend-api";
import { type DryRunAnswer, dryRun, optionalCheck, toCheck } from "./dry-run.ts";
import type { Ec2TagSpecification, Ec2Volume } from "./ec2-api.ts";
import type { Ec2Region } from "./ec2-region.ts";
import { attachedTo } from "./instance-volumes.ts";

/** Stands in where no volume is attached to anything. */
const noInstance = "i-00000000000000000";

const purpose = "Only groups of snapshots need it: without it, disks get theirs one by one.";

/**
 * What only groups of snapshots need.
 *
 * @param volume - one that is attached to an instance, if there is one
 * @throws {BackendError} for anything but a permission that is there or missing
 */
export async function checkGroups(
  region: Ec2Region,
  volume: Ec2Volume | undefined,
  tags: Ec2TagSpecification[],
  options: CallOptions | undefined,
): Promise<AccessCheck[]> {
  const [instance = noInstance] = attachedTo(volume ?? {});
  const describe = await dryRun(region, "ec2:DescribeInstances", "instances", options, (api, how) =>
    api.describeInstances({ MaxResults: 5, DryRun: true }, how),
  );
  const askCreate = (TagSpecifications: Ec2TagSpecification[]): Promise<DryRunAnswer> =>
    dryRun(region, "ec2:CreateSnapshots", instance, options, (api, how) =>
      api.createSnapshots(
        { InstanceSpecification: { InstanceId: instance, ExcludeBootVolume: true }, TagSpecifications, DryRun: true },
        how,
      ),
    );
  const create = await askCreate(tags);
  const lacksTags = create.status === "missing" && (await askCreate([])).status === "granted";
  const creation = lacksTags
    ? missing("ec2:CreateSnapshots", "Allow ec2:CreateTags where ec2:CreateAction is CreateSnapshots.")
    : toCheck("ec2:CreateSnapshots", create, instance);
  return [toCheck("ec2:DescribeInstances", describe), creation].map((check) => optionalCheck(check, purpose));
}

function missing(permission: string, detail: string): AccessCheck {
  return { permission, status: "missing", detail };
}
