import { describe, expect, type Mocked, test } from "vitest";
import { ec2Error, ec2Snapshot, fakeEc2 } from "../test/fake-ec2.ts";
import { AwsBackend } from "./aws-backend.ts";
import { parseAwsConfig } from "./aws-config.ts";
import type { Ec2Api, Ec2Snapshot } from "./ec2-api.ts";

const labels = { "created-by": "k8s-snapshots" };
const volume = "vol-0123456789abcdef0";

describe("a list", () => {
  test("is read to its last page, of own snapshots", async () => {
    const { backend, ec2 } = open();
    ec2.describeSnapshots
      .mockResolvedValueOnce({ Snapshots: [ec2Snapshot({ SnapshotId: "snap-1" })], NextToken: "second" })
      .mockResolvedValueOnce({ Snapshots: [], NextToken: "third" })
      .mockResolvedValueOnce({ Snapshots: [ec2Snapshot({ SnapshotId: "snap-2" })] });
    const found = await listOf(backend);
    expect(found.map(({ id }) => id)).toEqual(["snap-1", "snap-2"]);
    const query = {
      Filters: [{ Name: "tag:created-by", Values: ["k8s-snapshots"] }],
      OwnerIds: ["self"],
      MaxResults: 1000,
    };
    expect(ec2.describeSnapshots.mock.calls.map(([input]) => input)).toEqual([
      query,
      { ...query, NextToken: "second" },
      { ...query, NextToken: "third" },
    ]);
  });

  test.each<[string, object, (ec2: Mocked<Ec2Api>) => void]>([
    [
      "fails",
      { code: "throttled" },
      (ec2) => ec2.describeSnapshots.mockRejectedValueOnce(ec2Error("RequestLimitExceeded", 503)),
    ],
    ["lacks its list", { code: "unexpected" }, (ec2) => ec2.describeSnapshots.mockResolvedValueOnce({})],
    [
      "names itself as the next",
      { code: "unexpected" },
      (ec2) => ec2.describeSnapshots.mockResolvedValue({ Snapshots: [], NextToken: "second" }),
    ],
  ])("throws if its second page %s", async (_, expected, fail) => {
    const { backend, ec2 } = open();
    ec2.describeSnapshots.mockResolvedValueOnce({ Snapshots: [ec2Snapshot()], NextToken: "second" });
    fail(ec2);
    await expect(listOf(backend)).rejects.toMatchObject(expected);
    expect(ec2.describeSnapshots).toHaveBeenCalledTimes(2);
  });

  test("net-2: throws if its pages go round", async () => {
    const { backend, ec2 } = open();
    const tokens = ["second", "third", "second"];
    for (const NextToken of tokens) ec2.describeSnapshots.mockResolvedValueOnce({ Snapshots: [], NextToken });
    await expect(listOf(backend)).rejects.toMatchObject({ code: "unexpected" });
    expect(ec2.describeSnapshots).toHaveBeenCalledTimes(3);
  });

  test("net-2: throws if its pages have no end", async () => {
    const { backend, ec2 } = open();
    let pages = 0;
    ec2.describeSnapshots.mockImplementation(async () => ({ Snapshots: [], NextToken: `page-${++pages}` }));
    await expect(listOf(backend)).rejects.toMatchObject({
      code: "unexpected",
      message: expect.stringContaining("5000 pages"),
    });
    expect(pages).toBe(5000);
  });

  test("takes wildcards in labels literally, and asks for an empty value by key", async () => {
    const { backend, ec2 } = open();
    const odd = { "created-by": "a*b?c\\d", "empty*": "" };
    const tags = Object.entries(odd).map(([Key, Value]) => ({ Key, Value }));
    const others = [
      { Key: "created-by", Value: "a*b?c\\d" },
      { Key: "empty*", Value: "not" },
    ];
    ec2.describeSnapshots.mockResolvedValue({
      Snapshots: [ec2Snapshot({ SnapshotId: "snap-1", Tags: tags }), ec2Snapshot({ Tags: others })],
    });
    expect((await listOf(backend, odd)).map(({ id }) => id)).toEqual(["snap-1"]);
    expect(ec2.describeSnapshots.mock.calls[0]?.[0].Filters).toEqual([
      { Name: "tag:created-by", Values: ["a\\*b\\?c\\\\d"] },
      { Name: "tag-key", Values: ["empty\\*"] },
    ]);
  });

  test("shows each field", async () => {
    const { backend, ec2 } = open();
    ec2.describeSnapshots.mockResolvedValue({ Snapshots: [ec2Snapshot()] });
    expect(await listOf(backend)).toEqual([
      {
        id: "snap-0123456789abcdef0",
        location: "eu-west-1",
        diskId: volume,
        createdAt: new Date("2026-11-23T12:00:00Z"),
        state: "ready",
        labels,
        name: "data-1",
        sizeBytes: 8 * 2 ** 30,
      },
    ]);
  });

  test.each([
    ["pending", "pending"],
    ["completed", "ready"],
    ["error", "failed"],
    ["recoverable", "deleting"],
    ["recovering", "pending"],
  ])("shows %s as %s", async (State, state) => {
    const { backend, ec2 } = open();
    ec2.describeSnapshots.mockResolvedValue({ Snapshots: [ec2Snapshot({ State })] });
    expect(await listOf(backend)).toMatchObject([{ state }]);
  });

  test("says why a snapshot failed", async () => {
    const { backend, ec2 } = open();
    const StateMessage = "Given key ID is not accessible";
    ec2.describeSnapshots.mockResolvedValue({ Snapshots: [ec2Snapshot({ State: "error", StateMessage })] });
    expect(await listOf(backend)).toMatchObject([{ state: "failed", failure: StateMessage }]);
  });

  test.each<[string, Ec2Snapshot]>([
    ["has no volume", { VolumeId: undefined }],
    ["has no date", { StartTime: undefined }],
    ["has no valid date", { StartTime: new Date("never") }],
    ["has no state", { State: undefined }],
    ["is in a state that is new", { State: "melting" }],
  ])("shows one that %s as unknown, and the others as they are", async (_, fields) => {
    const { backend, ec2 } = open();
    const odd = ec2Snapshot({ SnapshotId: "snap-odd", ...fields });
    ec2.describeSnapshots.mockResolvedValue({ Snapshots: [odd, ec2Snapshot()] });
    expect(await listOf(backend)).toMatchObject([{ id: "snap-odd", state: "unknown", labels }, { state: "ready" }]);
  });

  test.each([undefined, ""])("throws if a snapshot has the id %j", async (SnapshotId) => {
    const { backend, ec2 } = open();
    ec2.describeSnapshots.mockResolvedValue({ Snapshots: [ec2Snapshot({ SnapshotId })] });
    await expect(listOf(backend)).rejects.toMatchObject({ code: "unexpected" });
  });
});

function open(): { backend: AwsBackend; ec2: Mocked<Ec2Api> } {
  const ec2 = fakeEc2();
  return { backend: new AwsBackend(parseAwsConfig({}), { openRegion: () => ec2 }), ec2 };
}

function listOf(backend: AwsBackend, wanted: Readonly<Record<string, string>> = labels) {
  return Array.fromAsync(backend.listSnapshots({ location: "eu-west-1", labels: wanted }));
}
