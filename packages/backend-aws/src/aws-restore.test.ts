import { IDEMPOTENCY_KEY_LABEL, type RestoredVolume, type RestoreRequest } from "@k8s-snapshots/backend-api";
import { describe, expect, test } from "vitest";
import { ec2Error, fakeEc2 } from "../test/fake-ec2.ts";
import { restoreVolume } from "./aws-restore.ts";
import { ebsDrivers } from "./ebs-drivers.ts";
import type { Ec2Api, Ec2CreateVolumeInput, Ec2Volume } from "./ec2-api.ts";
import { Ec2Region } from "./ec2-region.ts";

const zone = { availabilityZone: "eu-west-1b" };
const made = { VolumeId: "vol-0123456789abcdef1", AvailabilityZone: "eu-west-1b", State: "available" };
const request: RestoreRequest = {
  snapshot: { id: "snap-0123456789abcdef0", location: "eu-west-1" },
  name: "restored-1",
  labels: { "restored-from": "data-1" },
  idempotencyKey: "key-1",
  parameters: zone,
};
const restored = {
  diskId: "vol-0123456789abcdef1",
  location: "eu-west-1",
  persistentVolumeSpec: {
    csi: { driver: "ebs.csi.aws.com", volumeHandle: "vol-0123456789abcdef1" },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: "topology.ebs.csi.aws.com/zone", operator: "In", values: ["eu-west-1b"] }] },
        ],
      },
    },
  },
};

test("a volume is made, tagged in the same request, its key the token", async () => {
  const ec2 = fakeEc2();
  ec2.createVolume.mockResolvedValue(made);
  expect(await restore(ec2)).toEqual(restored);
  expect(ec2.createVolume.mock.calls.map(([input]) => input)).toEqual([
    {
      SnapshotId: "snap-0123456789abcdef0",
      AvailabilityZone: "eu-west-1b",
      VolumeType: "gp3",
      ClientToken: "key-1",
      TagSpecifications: [
        {
          ResourceType: "volume",
          Tags: [
            { Key: "Name", Value: "restored-1" },
            { Key: "restored-from", Value: "data-1" },
            { Key: IDEMPOTENCY_KEY_LABEL, Value: "key-1" },
          ],
        },
      ],
    },
  ]);
  expect(ec2.describeVolumes).not.toHaveBeenCalled();
});

describe("a parameter reaches EC2", () => {
  test.each<[Record<string, string>, Partial<Ec2CreateVolumeInput>]>([
    [{ availabilityZone: "eu-west-1c" }, { AvailabilityZone: "eu-west-1c" }],
    [
      { volumeType: "io2", iops: "4000" },
      { VolumeType: "io2", Iops: 4000 },
    ],
    [{ sizeGiB: "100" }, { Size: 100 }],
    [{ throughput: "250" }, { Throughput: 250 }],
    [
      { encrypted: "true", kmsKeyId: "alias/data" },
      { Encrypted: true, KmsKeyId: "alias/data" },
    ],
    [{ encrypted: "false" }, { Encrypted: false }],
    [
      { outpostArn: "arn:aws:outposts:eu-west-1:123456789012:outpost/op-1" },
      { OutpostArn: "arn:aws:outposts:eu-west-1:123456789012:outpost/op-1" },
    ],
  ])("%j", async (parameters, expected) => {
    const ec2 = fakeEc2();
    ec2.createVolume.mockResolvedValue(made);
    await restore(ec2, { parameters: { ...zone, ...parameters } });
    expect(ec2.createVolume.mock.calls[0]?.[0]).toMatchObject(expected);
  });
});

describe("a wrong parameter is named before anything is asked", () => {
  test.each<[string, Record<string, string>]>([
    ["availabilityZone", {}],
    ["availabilityZone", { availabilityZone: "eu-west-1" }],
    ["availabilityZone", { availabilityZone: "us-east-1a" }],
    ["zone", { ...zone, zone: "eu-west-1b" }],
    ["volumeType", { ...zone, volumeType: "ssd" }],
    ["sizeGiB", { ...zone, sizeGiB: "0" }],
    ["sizeGiB", { ...zone, sizeGiB: "10Gi" }],
    ["iops", { ...zone, iops: "1.5" }],
    ["throughput", { ...zone, throughput: "-1" }],
    ["encrypted", { ...zone, encrypted: "yes" }],
    ["csiDriver", { ...zone, csiDriver: "efs.csi.aws.com" }],
  ])("%s of %j", async (parameter, parameters) => {
    const ec2 = fakeEc2();
    await expect(restore(ec2, { parameters, mayExist: true })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining(`parameter ${parameter} of a restore`),
    });
    expect(ec2.describeVolumes).not.toHaveBeenCalled();
    expect(ec2.createVolume).not.toHaveBeenCalled();
  });
});

test("a volume that may have been made is looked for by its key first", async () => {
  const ec2 = fakeEc2();
  ec2.describeVolumes.mockResolvedValue({ Volumes: [made] });
  expect(await restore(ec2, { mayExist: true })).toEqual(restored);
  expect(ec2.describeVolumes.mock.calls[0]?.[0].Filters).toEqual([
    { Name: `tag:${IDEMPOTENCY_KEY_LABEL}`, Values: ["key-1"] },
  ]);
  expect(ec2.createVolume).not.toHaveBeenCalled();
});

test("of several with its key, the one that has not failed is taken", async () => {
  const ec2 = fakeEc2();
  ec2.describeVolumes.mockResolvedValue({ Volumes: [{ ...made, VolumeId: "vol-failed", State: "error" }, made] });
  expect(await restore(ec2, { mayExist: true })).toEqual(restored);
});

test("a volume that was not made after all is", async () => {
  const ec2 = fakeEc2();
  ec2.describeVolumes.mockResolvedValue({ Volumes: [] });
  ec2.createVolume.mockResolvedValue(made);
  expect(await restore(ec2, { mayExist: true })).toEqual(restored);
});

test.each<[string, Ec2Volume]>([
  ["a volume without an id", { ...made, VolumeId: undefined }],
  ["zone undefined for vol-0123456789abcdef1", { ...made, AvailabilityZone: undefined }],
  ['zone "us-east-1a" for vol-0123456789abcdef1', { ...made, AvailabilityZone: "us-east-1a" }],
])("an answer with %s has an unknown outcome", async (said, answer) => {
  const ec2 = fakeEc2();
  ec2.createVolume.mockResolvedValue(answer);
  const message = `EC2 answered with ${said}`;
  await expect(restore(ec2)).rejects.toMatchObject({ code: "unexpected", outcome: "unknown", message });
});

test.each([
  ["InvalidSnapshot.NotFound", "not-found"],
  ["IncorrectState", "invalid"],
  ["VolumeLimitExceeded", "limit-reached"],
])("%s is %s", async (name, code) => {
  const ec2 = fakeEc2();
  ec2.createVolume.mockRejectedValue(ec2Error(name));
  await expect(restore(ec2)).rejects.toMatchObject({ code });
});

test("aws-1: the volume is for the CSI driver that is named", async () => {
  const ec2 = fakeEc2();
  ec2.createVolume.mockResolvedValue(made);
  const parameters = { ...zone, csiDriver: "ebs.csi.eks.amazonaws.com" };
  const { persistentVolumeSpec } = await restore(ec2, { parameters });
  expect(persistentVolumeSpec).toMatchObject({ csi: { driver: "ebs.csi.eks.amazonaws.com" } });
  expect(JSON.stringify(persistentVolumeSpec)).toContain('"topology.ebs.csi.eks.amazonaws.com/zone"');
});

function restore(ec2: Ec2Api, changes: Partial<RestoreRequest> = {}): Promise<RestoredVolume> {
  const context = { csiDrivers: ebsDrivers, wait: () => Promise.reject(new Error("nothing is to be waited for")) };
  return restoreVolume(new Ec2Region("eu-west-1", ec2, false), { ...request, ...changes }, context, undefined);
}
