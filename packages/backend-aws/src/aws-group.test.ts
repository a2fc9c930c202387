import { type Disk, IDEMPOTENCY_KEY_LABEL } from "@k8s-snapshots/backend-api";
import { describe, expect, type Mocked, test } from "vitest";
import { ec2Error, ec2Snapshot, fakeEc2 } from "../test/fake-ec2.ts";
import { AwsBackend } from "./aws-backend.ts";
import { parseAwsConfig } from "./aws-config.ts";
import type { Ec2Api, Ec2Volume } from "./ec2-api.ts";

const region = "eu-west-1";
const disk = (id: string): Disk => ({ location: region, id });
const request = {
  disks: [disk("vol-b"), disk("vol-a")],
  name: "data-1",
  description: "For people",
  labels: { "created-by": "k8s-snapshots" },
  idempotencyKey: "key-1",
};
const snapshotsOf = (...ids: string[]) =>
  ids.map((id) => ec2Snapshot({ SnapshotId: id.replace("vol", "snap"), VolumeId: id, State: "pending" }));

describe("which volumes of the instance", () => {
  test("only those that are asked for: the boot volume and the others are left out", async () => {
    const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a", "vol-b", "vol-c", "vol-d"] });
    const made = await backend.createSnapshotGroup(request);
    expect(made.map(({ id, diskId }) => [id, diskId])).toEqual([
      ["snap-b", "vol-b"],
      ["snap-a", "vol-a"],
    ]);
    expect(ec2.createSnapshots.mock.calls.map(([input]) => input)).toEqual([
      {
        InstanceSpecification: {
          InstanceId: "i-1",
          ExcludeBootVolume: true,
          ExcludeDataVolumeIds: ["vol-c", "vol-d"],
        },
        Description: "data-1",
        TagSpecifications: [
          {
            ResourceType: "snapshot",
            Tags: [
              { Key: "Name", Value: "data-1" },
              { Key: "created-by", Value: "k8s-snapshots" },
              { Key: IDEMPOTENCY_KEY_LABEL, Value: "key-1" },
            ],
          },
        ],
      },
    ]);
    expect(ec2.describeSnapshots).not.toHaveBeenCalled();
  });

  test.each([
    [
      "the boot volume, where it is asked for",
      { root: "vol-a", data: ["vol-b"] },
      { InstanceId: "i-1", ExcludeBootVolume: false },
    ],
    [
      "no boot volume, where the instance has none",
      { root: undefined, data: ["vol-a", "vol-b", "vol-c"] },
      { InstanceId: "i-1", ExcludeBootVolume: true, ExcludeDataVolumeIds: ["vol-c"] },
    ],
  ])("%s", async (_, volumes, expected) => {
    const { backend, ec2 } = open(volumes);
    await backend.createSnapshotGroup(request);
    expect(ec2.createSnapshots.mock.calls[0]?.[0].InstanceSpecification).toEqual(expected);
  });

  test("those of the first instance that has all of them, where volumes have several", async () => {
    const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a", "vol-b"] });
    ec2.describeVolumes.mockResolvedValue({
      Volumes: [volume("vol-a", "i-0", "i-2", "i-1"), volume("vol-b", "i-2", "i-1")],
    });
    await backend.createSnapshotGroup(request);
    expect(ec2.describeInstances.mock.calls[0]?.[0]).toEqual({ InstanceIds: ["i-1"] });
  });
});

describe("nothing is begun, and the error is about the disks,", () => {
  test.each<[string, Ec2Volume[], string]>([
    ["if one is not attached", [volume("vol-a", "i-1"), volume("vol-b")], "vol-b to none, vol-a to i-1"],
    ["if they are attached to different instances", [volume("vol-a", "i-1"), volume("vol-b", "i-2")], "vol-b to i-2"],
    [
      "if one is being detached",
      [volume("vol-a", "i-1"), { VolumeId: "vol-b", Attachments: [{ InstanceId: "i-1", State: "detaching" }] }],
      "vol-b to none",
    ],
  ])("%s", async (_, Volumes, words) => {
    const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a", "vol-b"] });
    ec2.describeVolumes.mockResolvedValue({ Volumes });
    await expect(backend.createSnapshotGroup(request)).rejects.toMatchObject({
      code: "invalid",
      scope: "disk",
      message: expect.stringContaining(words),
    });
    expect(ec2.createSnapshots).not.toHaveBeenCalled();
  });

  test("if one was detached in between", async () => {
    const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a"] });
    await expect(backend.createSnapshotGroup(request)).rejects.toMatchObject({
      code: "invalid",
      scope: "disk",
      message: expect.stringContaining("vol-b is not attached to i-1 in eu-west-1 any more"),
    });
    expect(ec2.createSnapshots).not.toHaveBeenCalled();
  });

  test("if the instance has more other volumes than EC2 leaves out", async () => {
    const others = Array.from({ length: 41 }, (_, index) => `vol-${index}`);
    const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a", "vol-b", ...others] });
    await expect(backend.createSnapshotGroup(request)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("has 41 others, and EC2 leaves out 40 at most"),
    });
    expect(ec2.createSnapshots).not.toHaveBeenCalled();
  });

  test("if a parameter is unknown", async () => {
    const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a", "vol-b"] });
    await expect(backend.createSnapshotGroup({ ...request, parameters: { kmsKey: "a" } })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("kmsKey"),
    });
    expect(ec2.describeVolumes).not.toHaveBeenCalled();
  });

  test.each(["describeVolumes", "describeInstances", "createSnapshots"] as const)(
    "if %s is not allowed: single snapshots need not wait",
    async (method) => {
      const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a", "vol-b"] });
      ec2[method].mockRejectedValue(ec2Error("UnauthorizedOperation", 403));
      await expect(backend.createSnapshotGroup(request)).rejects.toMatchObject({
        code: "forbidden",
        scope: "disk",
        outcome: "not-done",
        message: expect.stringContaining("or take the snapshots one by one"),
      });
    },
  );

  test("a blocked account stays the account's", async () => {
    const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a", "vol-b"] });
    ec2.createSnapshots.mockRejectedValue(ec2Error("Blocked", 403));
    await expect(backend.createSnapshotGroup(request)).rejects.toMatchObject({ code: "forbidden", scope: "account" });
  });
});

describe("an answer that is not as asked for has an unknown outcome, and nothing is deleted:", () => {
  test.each<[string, object, string]>([
    ["one lacks", { Snapshots: snapshotsOf("vol-a") }, "only snap-a of vol-a of a group, and none of vol-b"],
    [
      "one is not understood",
      { Snapshots: [...snapshotsOf("vol-a"), { ...snapshotsOf("vol-b")[0], State: "melting" }] },
      "vol-b",
    ],
    ["there are none", { Snapshots: [] }, "only nothing of a group"],
    ["it has no list", {}, "without Snapshots"],
  ])("%s", async (_, answer, words) => {
    const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a", "vol-b"] });
    ec2.createSnapshots.mockResolvedValue(answer);
    await expect(backend.createSnapshotGroup(request)).rejects.toMatchObject({
      code: "unexpected",
      outcome: "unknown",
      message: expect.stringContaining(words),
    });
    expect(ec2.deleteSnapshot).not.toHaveBeenCalled();
  });

  test("but one more, of a volume that was attached in between, does no harm", async () => {
    const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a", "vol-b"] });
    ec2.createSnapshots.mockResolvedValue({ Snapshots: snapshotsOf("vol-new", "vol-a", "vol-b") });
    const made = await backend.createSnapshotGroup(request);
    expect(made.map(({ diskId }) => diskId)).toEqual(["vol-b", "vol-a"]);
    expect(ec2.deleteSnapshot).not.toHaveBeenCalled();
  });
});

describe("a group that may have been made", () => {
  test("is looked for by its key, and found", async () => {
    const { backend, ec2 } = open({ root: "vol-root", data: [] });
    ec2.describeSnapshots.mockResolvedValue({ Snapshots: snapshotsOf("vol-a", "vol-b") });
    const made = await backend.createSnapshotGroup({ ...request, mayExist: true });
    expect(made.map(({ id }) => id)).toEqual(["snap-b", "snap-a"]);
    expect(ec2.describeSnapshots.mock.calls[0]?.[0]).toMatchObject({
      Filters: [
        { Name: `tag:${IDEMPOTENCY_KEY_LABEL}`, Values: ["key-1"] },
        { Name: "volume-id", Values: ["vol-b", "vol-a"] },
      ],
    });
    expect(ec2.createSnapshots).not.toHaveBeenCalled();
  });

  test("and of which only a part is there, is an error; nothing is begun or deleted", async () => {
    const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a", "vol-b"] });
    ec2.describeSnapshots.mockResolvedValue({ Snapshots: snapshotsOf("vol-a") });
    await expect(backend.createSnapshotGroup({ ...request, mayExist: true })).rejects.toMatchObject({
      code: "unexpected",
      scope: "disk",
      outcome: "not-done",
      message: expect.stringContaining("there is snap-a of vol-a, but none of vol-b"),
    });
    expect(ec2.createSnapshots).not.toHaveBeenCalled();
    expect(ec2.deleteSnapshot).not.toHaveBeenCalled();
  });

  test("and was not, is", async () => {
    const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a", "vol-b"] });
    ec2.describeSnapshots.mockResolvedValue({ Snapshots: [] });
    await backend.createSnapshotGroup({ ...request, mayExist: true });
    expect(ec2.createSnapshots).toHaveBeenCalledOnce();
  });
});

describe("on site", () => {
  const parameters = { storageLocation: "on-site" };
  const outpost = "arn:aws:outposts:eu-west-1:123456789012:outpost/op-0123456789abcdef0";

  test("a group stays on the Outpost of its volumes", async () => {
    const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a", "vol-b"] });
    const Volumes = [volume("vol-a", "i-1"), volume("vol-b", "i-1")].map((each) => ({ ...each, OutpostArn: outpost }));
    ec2.describeVolumes.mockResolvedValue({ Volumes });
    await backend.createSnapshotGroup({ ...request, parameters });
    expect(ec2.createSnapshots.mock.calls[0]?.[0]).toMatchObject({ OutpostArn: outpost });
  });

  test("volumes of different sites are no group", async () => {
    const { backend, ec2 } = open({ root: "vol-root", data: ["vol-a", "vol-b"] });
    const Volumes = [volume("vol-a", "i-1"), { ...volume("vol-b", "i-1"), OutpostArn: outpost }];
    ec2.describeVolumes.mockResolvedValue({ Volumes });
    await expect(backend.createSnapshotGroup({ ...request, parameters })).rejects.toMatchObject({
      code: "invalid",
      scope: "disk",
    });
    expect(ec2.createSnapshots).not.toHaveBeenCalled();
  });
});

/** EC2 with one instance that has these volumes, and the two of the request on it. */
function open({ root, data }: { root: string | undefined; data: readonly string[] }): {
  backend: AwsBackend;
  ec2: Mocked<Ec2Api>;
} {
  const ec2 = fakeEc2();
  ec2.describeVolumes.mockResolvedValue({ Volumes: [volume("vol-a", "i-1"), volume("vol-b", "i-1")] });
  const devices = data.map((VolumeId, index) => ({ DeviceName: `/dev/xvdb${index}`, VolumeId }));
  ec2.describeInstances.mockResolvedValue({
    Instances: [
      {
        InstanceId: "i-1",
        RootDeviceName: "/dev/xvda",
        Devices: root === undefined ? devices : [{ DeviceName: "/dev/xvda", VolumeId: root }, ...devices],
      },
    ],
  });
  ec2.createSnapshots.mockResolvedValue({ Snapshots: snapshotsOf("vol-a", "vol-b") });
  return { backend: new AwsBackend(parseAwsConfig({}), { openRegion: () => ec2 }), ec2 };
}

function volume(VolumeId: string, ...instances: string[]): Ec2Volume {
  const Attachments = instances.map((InstanceId) => ({ InstanceId, State: "attached" }));
  return { VolumeId, AvailabilityZone: "eu-west-1a", Attachments };
}
