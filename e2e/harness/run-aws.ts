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

/** @returns the volume's snapshots, the oldest first */
export async function ec2SnapshotsOf(cli: AwsCli, volume: string): Promise<Ec2Snapshot[]> {
  const filter = `Name=volume-id,Values=${volume}`;
  const { Snapshots } = await runEc2<{ Snapshots: Ec2Snapshot[] }>(cli, "describe-snapshots", "--filters", filter);
  return Snapshots.sort((a, b) => a.StartTime.localeCompare(b.StartTime));
}

async function runEc2<T>({ program, url, region }: AwsCli, ...words: string[]): Promise<T> {
  const options = ["--endpoint-url", url, "--region", region, "--output", "json"];
  const { stdout } = await promisify(execFile)(program, ["ec2", ...words, ...options], {
    env: { ...process.env, ...motoCredentials },
  });
  return JSON.parse(stdout) as T;
}
