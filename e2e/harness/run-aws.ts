import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** An EBS snapshot, as `aws ec2 describe-snapshots` prints it. */
export interface Ec2Snapshot {
  readonly SnapshotId: string;
  readonly VolumeId: string;
  readonly StartTime: string;
  readonly Description: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

/** Where aws is, and what it works on. */
export interface AwsCli {
  readonly program: string;
  /** URL of moto_server. */
  readonly url: string;
  readonly region: string;
}

/** Credentials that moto takes. */
export const motoCredentials: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "not-a-real-key",
};

/** @returns the id of a new volume */
export async function createEc2Volume(cli: AwsCli): Promise<string> {
  const zone = `${cli.region}a`;
  const volume = await runEc2<{ VolumeId: string }>(cli, "create-volume", "--size", "1", "--availability-zone", zone);
  return volume.VolumeId;
}

/** An EBS volume, as `aws ec2 describe-volumes` prints it. */
export interface Ec2Volume {
  readonly VolumeId: string;
  readonly SnapshotId: string;
  readonly AvailabilityZone: string;
  readonly Size: number;
  readonly Tags?: Ec2Snapshot["Tags"];
}

/** The volume of that id. */
export async function ec2Volume(cli: AwsCli, id: string): Promise<Ec2Volume> {
  const { Volumes } = await runEc2<{ Volumes: [Ec2Volume] }>(cli, "describe-volumes", "--volume-ids", id);
  return Volumes[0];
}

/** @returns the volume's snapshots, the oldest first */
export async function ec2SnapshotsOf(cli: AwsCli, volume: string): Promise<Ec2Snapshot[]> {
  const filter = `Name=volume-id,Values=${volume}`;
  const { Snapshots } = await runEc2<{ Snapshots: Ec2Snapshot[] }>(cli, "describe-snapshots", "--filters", filter);
  return Snapshots.sort((a, b) => a.StartTime.localeCompare(b.StartTime));
}

/** A snapshot as the Python daemon and version 0.1 made them: named by its description, with the author's tag alone. */
export async function createFormerSnapshot(cli: AwsCli, volume: string, name: string): Promise<string> {
  const tags = "ResourceType=snapshot,Tags=[{Key=created-by,Value=k8s-snapshots}]";
  const words = ["--volume-id", volume, "--description", name, "--tag-specifications", tags];
  return (await runEc2<{ SnapshotId: string }>(cli, "create-snapshot", ...words)).SnapshotId;
}

/**
 * Makes the role that docs/quickstart.md makes.
 *
 * @param deploy - the folder of that name
 * @returns its ARN
 */
export async function createRole(cli: AwsCli, deploy: string): Promise<string> {
  const name = ["--role-name", "k8s-snapshots"];
  const trust = ["--assume-role-policy-document", `file://${deploy}/aws/trust-policy.json`];
  const answer = await run(cli, "iam", "create-role", ...name, ...trust);
  const policy = ["--policy-name", "snapshots", "--policy-document", `file://${deploy}/aws/policy.json`];
  await run(cli, "iam", "put-role-policy", ...name, ...policy);
  return (JSON.parse(answer) as { Role: { Arn: string } }).Role.Arn;
}

async function runEc2<T>(cli: AwsCli, ...words: string[]): Promise<T> {
  return JSON.parse(await run(cli, "ec2", ...words)) as T;
}

async function run({ program, url, region }: AwsCli, ...words: string[]): Promise<string> {
  const options = ["--endpoint-url", url, "--region", region, "--output", "json"];
  const env = { ...process.env, ...motoCredentials };
  const { stdout } = await promisify(execFile)(program, [...words, ...options], { env });
  return stdout;
}
