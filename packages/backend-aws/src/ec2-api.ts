import type { ObtainedCredentials } from "./aws-identity.ts";

/**
 * The part of EC2 that the backend uses, in the SDK's own shapes. One value is one region. Each call rejects with the
 * SDK's error.
 *
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html}
 */
export interface Ec2Api {
  createSnapshot(input: Ec2CreateSnapshotInput, options: Ec2CallOptions): Promise<Ec2Snapshot>;
  createSnapshots(input: Ec2CreateSnapshotsInput, options: Ec2CallOptions): Promise<Ec2SnapshotPage>;
  /** What cannot be read in the answer is found out when its snapshots are taken. */
  describeSnapshots(input: Ec2DescribeSnapshotsInput, options: Ec2CallOptions): Promise<Ec2SnapshotPage | Ec2ReadPage>;
  deleteSnapshot(input: { SnapshotId: string; DryRun?: boolean }, options: Ec2CallOptions): Promise<unknown>;
  createTags(input: Ec2CreateTagsInput, options: Ec2CallOptions): Promise<unknown>;
  createVolume(input: Ec2CreateVolumeInput, options: Ec2CallOptions): Promise<Ec2Volume>;
  deleteVolume(input: { VolumeId: string }, options: Ec2CallOptions): Promise<unknown>;
  describeVolumes(input: Ec2DescribeVolumesInput, options: Ec2CallOptions): Promise<Ec2VolumePage>;
  describeInstances(input: Ec2DescribeInstancesInput, options: Ec2CallOptions): Promise<Ec2InstancePage>;
  /** What is known of the credentials last used; `undefined` before a call. */
  credentials(): ObtainedCredentials | undefined;
  /** Lets go of the connections. */
  close(): void;
}

export interface Ec2CallOptions {
  readonly signal: AbortSignal | undefined;
  /** Called with the date of each answer, refusals too. */
  readonly onDate: ((date: Date) => void) | undefined;
}

export interface Ec2Tag {
  Key?: string | undefined;
  Value?: string | undefined;
}

export interface Ec2TagSpecification {
  ResourceType: "snapshot" | "volume";
  Tags: Ec2Tag[];
}

/** A value may hold the wildcards `*` and `?`; a backslash takes their meaning away. */
export interface Ec2Filter {
  Name: string;
  Values: string[];
}

/** Where a snapshot is kept. Nothing is the region. */
export interface Ec2SnapshotSite {
  /** The Outpost that the volume is on. */
  OutpostArn?: string;
  /** The Local Zone that the volume is in. */
  Location?: "local";
}

export interface Ec2CreateSnapshotInput extends Ec2SnapshotSite {
  VolumeId: string;
  Description?: string;
  TagSpecifications?: Ec2TagSpecification[];
  DryRun?: boolean;
}

export interface Ec2CreateSnapshotsInput extends Ec2SnapshotSite {
  InstanceSpecification: Ec2InstanceSpecification;
  Description?: string;
  TagSpecifications?: Ec2TagSpecification[];
  DryRun?: boolean;
}

/** Which volumes of an instance: all that are attached to it but these. */
export interface Ec2InstanceSpecification {
  InstanceId: string;
  ExcludeBootVolume?: boolean;
  /** 40 at most, and not the boot volume. */
  ExcludeDataVolumeIds?: string[];
}

export interface Ec2CreateTagsInput {
  Resources: string[];
  Tags: Ec2Tag[];
  DryRun?: boolean;
}

/** What DescribeSnapshots and DescribeVolumes have in common. */
export interface Ec2DescribeInput {
  Filters?: Ec2Filter[];
  MaxResults?: number;
  NextToken?: string;
  DryRun?: boolean;
}

export interface Ec2DescribeSnapshotsInput extends Ec2DescribeInput {
  OwnerIds?: string[];
  /** Not together with `MaxResults`. */
  SnapshotIds?: string[];
}

export interface Ec2DescribeVolumesInput extends Ec2DescribeInput {
  /** Not together with `MaxResults`. */
  VolumeIds?: string[];
}

export interface Ec2Snapshot {
  SnapshotId?: string | undefined;
  VolumeId?: string | undefined;
  StartTime?: Date | undefined;
  State?: string | undefined;
  /** Why it failed, for some reasons. */
  StateMessage?: string | undefined;
  Description?: string | undefined;
  /** GiB, of the volume. */
  VolumeSize?: number | undefined;
  Tags?: Ec2Tag[] | undefined;
}

export interface Ec2SnapshotPage {
  Snapshots?: Ec2Snapshot[] | undefined;
  NextToken?: string | undefined;
}

/** A page that is read while its snapshots are taken. */
export interface Ec2ReadPage {
  /** To be gone through once. */
  readonly Snapshots: Iterable<Ec2Snapshot>;
  /** Known once all snapshots were taken. */
  readonly NextToken: string | undefined;
}

export interface Ec2CreateVolumeInput {
  SnapshotId: string;
  AvailabilityZone: string;
  ClientToken?: string;
  VolumeType?: "gp2" | "gp3" | "io1" | "io2" | "sc1" | "st1" | "standard";
  /** GiB. */
  Size?: number;
  Iops?: number;
  /** MiB a second. */
  Throughput?: number;
  Encrypted?: boolean;
  KmsKeyId?: string;
  OutpostArn?: string;
  TagSpecifications?: Ec2TagSpecification[];
  DryRun?: boolean;
}

export interface Ec2Volume {
  VolumeId?: string | undefined;
  AvailabilityZone?: string | undefined;
  /** `creating`, `available`, `in-use`, `deleting`, `deleted` or `error`. */
  State?: string | undefined;
  Encrypted?: boolean | undefined;
  KmsKeyId?: string | undefined;
  OutpostArn?: string | undefined;
  Attachments?: Ec2Attachment[] | undefined;
}

export interface Ec2Attachment {
  InstanceId?: string | undefined;
  /** `attaching`, `attached`, `busy`, `detaching` or `detached`. */
  State?: string | undefined;
}

export interface Ec2VolumePage {
  Volumes?: Ec2Volume[] | undefined;
  NextToken?: string | undefined;
}

export interface Ec2DescribeInstancesInput {
  InstanceIds?: string[];
  /** Not together with `InstanceIds`. */
  MaxResults?: number;
  DryRun?: boolean;
}

export interface Ec2InstancePage {
  /** Those of all reservations. */
  Instances?: Ec2Instance[] | undefined;
}

export interface Ec2Instance {
  InstanceId?: string | undefined;
  /** `/dev/xvda`: that of the boot volume. */
  RootDeviceName?: string | undefined;
  Devices?: Ec2Device[] | undefined;
}

/** A volume of an instance. */
export interface Ec2Device {
  DeviceName?: string | undefined;
  VolumeId?: string | undefined;
}
