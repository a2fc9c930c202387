import { HOLD_LABEL, IDEMPOTENCY_KEY_LABEL, type PersistentVolumeView } from "@k8s-snapshots/backend-api";
import { describe, expect, type Mocked, test, vi } from "vitest";
import { ec2Error, ec2Snapshot, fakeEc2 } from "../test/fake-ec2.ts";
import { AwsBackend } from "./aws-backend.ts";
import { parseAwsConfig } from "./aws-config.ts";
import type { Ec2Api, Ec2Snapshot } from "./ec2-api.ts";

const labels = { "created-by": "k8s-snapshots" };
const volume = "vol-0123456789abcdef0";
const request = {
  disk: { location: "eu-west-1", id: volume },
  name: "data-1",
  description: "For people",
  labels,
  idempotencyKey: "key-1",
};

test("each region gets one client, which close() closes", async () => {
  const clients = new Map<string, Mocked<Ec2Api>>();
  const openRegion = vi.fn((region: string) => {
    const ec2 = fakeEc2();
    ec2.deleteSnapshot.mockResolvedValue({});
    clients.set(region, ec2);
    return ec2;
  });
  const backend = new AwsBackend(parseAwsConfig({}), { openRegion });
  for (const location of ["eu-west-1", "us-east-1", "eu-west-1"]) {
    await backend.deleteSnapshot({ id: `snap-of-${location}`, location });
  }
  expect(openRegion.mock.calls).toEqual([["eu-west-1"], ["us-east-1"]]);
  expect(clients.get("eu-west-1")?.deleteSnapshot).toHaveBeenCalledTimes(2);
  expect(clients.get("us-east-1")?.deleteSnapshot.mock.calls[0]?.[0]).toEqual({ SnapshotId: "snap-of-us-east-1" });
  await backend.close();
  for (const ec2 of clients.values()) expect(ec2.close).toHaveBeenCalledOnce();
});

test("a location that is no region opens nothing", async () => {
  const openRegion = vi.fn(fakeEc2);
  const backend = new AwsBackend(parseAwsConfig({}), { openRegion });
  await expect(backend.deleteSnapshot({ id: "snap-1", location: "eu-west-1a" })).rejects.toMatchObject({
    code: "invalid",
  });
  expect(openRegion).not.toHaveBeenCalled();
});

describe("a volume that does not say its region", () => {
  const zoneIds = { key: "topology.k8s.aws/zone-id", operator: "In", values: ["use1-az1"] };
  const view: PersistentVolumeView = {
    metadata: { name: "data" },
    spec: {
      csi: { driver: "ebs.csi.eks.amazonaws.com", volumeHandle: volume },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [zoneIds] }] } },
    },
  };
  const backendIn = (AWS_REGION: string | undefined, machine?: string): AwsBackend =>
    new AwsBackend(parseAwsConfig(AWS_REGION ? { AWS_REGION } : {}), {
      openRegion: fakeEc2,
      instanceRegion: async () => machine,
    });

  test("aws-6: is in AWS_REGION, else where the process runs", async () => {
    expect(await backendIn("eu-west-1", "us-east-1").diskForVolume(view)).toEqual({
      location: "eu-west-1",
      id: volume,
    });
    expect(await backendIn(undefined, "us-east-1").diskForVolume(view)).toEqual({ location: "us-east-1", id: volume });
  });

  test("aws-6: is refused where nobody says one: a zone's id is no region", async () => {
    await expect(backendIn(undefined).diskForVolume(view)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("topology.k8s.aws/zone-id"),
    });
  });
});

describe("one snapshot", () => {
  const snapshot = { id: "snap-0123456789abcdef0", location: "eu-west-1" };

  test("is read by its id, among the own ones", async () => {
    const { backend, ec2 } = open();
    ec2.describeSnapshots.mockResolvedValue({ Snapshots: [ec2Snapshot()] });
    expect(await backend.readSnapshot(snapshot)).toMatchObject({ ...snapshot, diskId: volume, state: "ready", labels });
    expect(ec2.describeSnapshots.mock.calls.map(([input]) => input)).toEqual([
      { SnapshotIds: [snapshot.id], OwnerIds: ["self"] },
    ]);
  });

  test.each<[string, (ec2: Mocked<Ec2Api>) => void]>([
    ["says so", (ec2) => ec2.describeSnapshots.mockRejectedValue(ec2Error("InvalidSnapshot.NotFound"))],
    ["shows none", (ec2) => ec2.describeSnapshots.mockResolvedValue({ Snapshots: [] })],
  ])("is not there if EC2 %s", async (_, answer) => {
    const { backend, ec2 } = open();
    answer(ec2);
    expect(await backend.readSnapshot(snapshot)).toBeUndefined();
  });

  test("is not taken to be another one that EC2 shows, nor to be gone", async () => {
    const { backend, ec2 } = open();
    ec2.describeSnapshots.mockResolvedValue({ Snapshots: [ec2Snapshot({ SnapshotId: "snap-other" })] });
    await expect(backend.readSnapshot(snapshot)).rejects.toMatchObject({ code: "unexpected" });
  });

  test("is not taken to be gone if the answer is none", async () => {
    const { backend, ec2 } = open();
    ec2.describeSnapshots.mockResolvedValue({});
    await expect(backend.readSnapshot(snapshot)).rejects.toMatchObject({ code: "unexpected" });
  });

  test("gets further labels as tags, in one request", async () => {
    const { backend, ec2 } = open();
    ec2.createTags.mockResolvedValue({});
    await backend.setSnapshotLabels(snapshot, { [HOLD_LABEL]: "true" });
    expect(ec2.createTags.mock.calls.map(([input]) => input)).toEqual([
      { Resources: [snapshot.id], Tags: [{ Key: HOLD_LABEL, Value: "true" }] },
    ]);
  });
});

describe("a creation", () => {
  test("sets tags and description in its one request", async () => {
    const { backend, ec2 } = open();
    ec2.createSnapshot.mockResolvedValue(ec2Snapshot({ State: "pending" }));
    expect(await backend.createSnapshot(request)).toMatchObject({ state: "pending", location: "eu-west-1" });
    expect(ec2.createSnapshot.mock.calls.map(([input]) => input)).toEqual([
      {
        VolumeId: volume,
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

  test("that may have been carried out is looked for first, and the oldest is taken", async () => {
    const { backend, ec2 } = open();
    const younger = ec2Snapshot({ StartTime: new Date("2026-11-23T12:00:01Z") });
    ec2.describeSnapshots.mockResolvedValue({ Snapshots: [younger, ec2Snapshot({ SnapshotId: "snap-1" })] });
    expect(await backend.createSnapshot({ ...request, mayExist: true })).toMatchObject({ id: "snap-1" });
    expect(ec2.describeSnapshots.mock.calls[0]?.[0]).toMatchObject({
      Filters: [
        { Name: `tag:${IDEMPOTENCY_KEY_LABEL}`, Values: ["key-1"] },
        { Name: "volume-id", Values: [volume] },
      ],
      OwnerIds: ["self"],
    });
    expect(ec2.createSnapshot).not.toHaveBeenCalled();
  });

  test("that was not carried out after all is", async () => {
    const { backend, ec2 } = open();
    ec2.describeSnapshots.mockResolvedValue({ Snapshots: [] });
    ec2.createSnapshot.mockResolvedValue(ec2Snapshot());
    await backend.createSnapshot({ ...request, mayExist: true });
    expect(ec2.createSnapshot).toHaveBeenCalledOnce();
  });

  test("does not happen if looking for an earlier one fails", async () => {
    const { backend, ec2 } = open();
    ec2.describeSnapshots.mockRejectedValue(ec2Error("InternalError", 500));
    await expect(backend.createSnapshot({ ...request, mayExist: true })).rejects.toMatchObject({ code: "unavailable" });
    expect(ec2.createSnapshot).not.toHaveBeenCalled();
  });

  test.each<[string, Ec2Snapshot]>([
    ["lacks a field", { StartTime: undefined }],
    ["is about another disk", { VolumeId: "vol-0fedcba9876543210" }],
  ])("whose answer %s has an unknown outcome", async (_, fields) => {
    const { backend, ec2 } = open();
    ec2.createSnapshot.mockResolvedValue(ec2Snapshot(fields));
    await expect(backend.createSnapshot(request)).rejects.toMatchObject({ code: "unexpected", outcome: "unknown" });
  });

  test("is not begun after an abort", async () => {
    const { backend, ec2 } = open();
    await expect(backend.createSnapshot(request, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    expect(ec2.createSnapshot).not.toHaveBeenCalled();
  });
});

describe("a deletion", () => {
  const snapshot = { id: "snap-0123456789abcdef0", location: "eu-west-1" };

  test("of one that is gone is a success", async () => {
    const { backend, ec2 } = open();
    ec2.deleteSnapshot.mockRejectedValue(ec2Error("InvalidSnapshot.NotFound"));
    await backend.deleteSnapshot(snapshot);
    expect(ec2.deleteSnapshot).toHaveBeenCalledOnce();
  });

  test("of one that an image needs is `in-use`", async () => {
    const { backend, ec2 } = open();
    ec2.deleteSnapshot.mockRejectedValue(ec2Error("InvalidSnapshot.InUse"));
    await expect(backend.deleteSnapshot(snapshot)).rejects.toMatchObject({ code: "in-use" });
  });
});

function open(): { backend: AwsBackend; ec2: Mocked<Ec2Api> } {
  const ec2 = fakeEc2();
  return { backend: new AwsBackend(parseAwsConfig({}), { openRegion: () => ec2 }), ec2 };
}
