import { describe, expect, test } from "vitest";
import { ec2Error, ec2Snapshot, fakeEc2 } from "../test/fake-ec2.ts";
import { AwsBackend } from "./aws-backend.ts";
import { parseAwsConfig } from "./aws-config.ts";
import type { Ec2CreateSnapshotInput, Ec2Volume } from "./ec2-api.ts";

const id = "vol-0123456789abcdef0";
const outpost = "arn:aws:outposts:us-west-2:123456789012:outpost/op-0123456789abcdef0";
const request = {
  disk: { location: "us-west-2", id },
  name: "data-1",
  description: "",
  labels: { "created-by": "k8s-snapshots" },
  idempotencyKey: "key-1",
};
const onSite = { storageLocation: "on-site" };

describe("on site", () => {
  test.each<[string, Ec2Volume, object]>([
    ["is the Outpost of the volume", { AvailabilityZone: "us-west-2a", OutpostArn: outpost }, { OutpostArn: outpost }],
    ["is the Local Zone of the volume", { AvailabilityZone: "us-west-2-lax-1a" }, { Location: "local" }],
    ["is the region, for a volume of an Availability Zone", { AvailabilityZone: "us-west-2b", OutpostArn: "" }, {}],
  ])("%s", async (_, volume, expected) => {
    const { ec2, backend } = open();
    ec2.describeVolumes.mockResolvedValue({ Volumes: [{ ...volume, VolumeId: id }] });
    await backend.createSnapshot({ ...request, parameters: onSite });
    expect(siteOf(ec2.createSnapshot.mock.calls[0]?.[0])).toEqual(expected);
    expect(ec2.describeVolumes.mock.calls.map(([input]) => input)).toEqual([{ VolumeIds: [id] }]);
  });

  test.each<[string, () => Promise<{ Volumes?: Ec2Volume[] }>, string]>([
    [
      "is another region's",
      async () => ({ Volumes: [{ VolumeId: id, AvailabilityZone: "eu-west-1a" }] }),
      "unexpected",
    ],
    ["is not said", async () => ({ Volumes: [{ VolumeId: id }] }), "unexpected"],
    [
      "is another volume's",
      async () => ({ Volumes: [{ VolumeId: "vol-1", AvailabilityZone: "us-west-2a" }] }),
      "unexpected",
    ],
    ["may not be asked for", () => Promise.reject(ec2Error("UnauthorizedOperation", 403)), "forbidden"],
    ["is nowhere", () => Promise.reject(ec2Error("InvalidVolume.NotFound")), "not-found"],
  ])("a zone that %s makes no snapshot in the region", async (_, answer, code) => {
    const { ec2, backend } = open();
    ec2.describeVolumes.mockImplementation(answer);
    await expect(backend.createSnapshot({ ...request, parameters: onSite })).rejects.toMatchObject({ code });
    expect(ec2.createSnapshot).not.toHaveBeenCalled();
  });
});

test("in the region, nothing is asked of the volume", async () => {
  for (const parameters of [undefined, {}, { storageLocation: "region" }]) {
    const { ec2, backend } = open();
    await backend.createSnapshot({ ...request, ...(parameters && { parameters }) });
    expect(siteOf(ec2.createSnapshot.mock.calls[0]?.[0])).toEqual({});
  }
});

test("the parameter takes precedence over the setting", async () => {
  const AWS_SNAPSHOT_STORAGE_LOCATION = "on-site";
  const { ec2, backend } = open({ AWS_SNAPSHOT_STORAGE_LOCATION });
  ec2.describeVolumes.mockResolvedValue({ Volumes: [{ VolumeId: id, OutpostArn: outpost }] });
  await backend.createSnapshot(request);
  await backend.createSnapshot({ ...request, parameters: { storageLocation: "region" } });
  expect(ec2.createSnapshot.mock.calls.map(([input]) => siteOf(input))).toEqual([{ OutpostArn: outpost }, {}]);
});

test.each([
  ["kmsKeyId", { kmsKeyId: "alias/backup" }, "parameter kmsKeyId is not one of a snapshot on AWS"],
  ["__proto__", JSON.parse('{ "__proto__": "a" }') as Record<string, string>, "parameter __proto__"],
  ["a place that is none", { storageLocation: "local" }, 'must be region or on-site, but is "local"'],
])("%s is invalid", async (_, parameters, words) => {
  const { ec2, backend } = open();
  await expect(backend.createSnapshot({ ...request, parameters })).rejects.toMatchObject({
    code: "invalid",
    message: expect.stringContaining(words),
  });
  expect(ec2.createSnapshot).not.toHaveBeenCalled();
});

test("a setting that is none is an error that names it", () => {
  expect(() => parseAwsConfig({ AWS_SNAPSHOT_STORAGE_LOCATION: "here" })).toThrow(
    'AWS_SNAPSHOT_STORAGE_LOCATION must be region or on-site, but is "here"',
  );
});

function siteOf(input: Ec2CreateSnapshotInput | undefined): object {
  const { OutpostArn, Location } = input ?? { VolumeId: "" };
  return { ...(OutpostArn && { OutpostArn }), ...(Location && { Location }) };
}

function open(environment: Record<string, string> = {}): { ec2: ReturnType<typeof fakeEc2>; backend: AwsBackend } {
  const ec2 = fakeEc2();
  ec2.createSnapshot.mockResolvedValue(ec2Snapshot());
  return { ec2, backend: new AwsBackend(parseAwsConfig(environment), { openRegion: () => ec2 }) };
}
