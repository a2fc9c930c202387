import { type BackendError, IDEMPOTENCY_KEY_LABEL } from "@k8s-snapshots/backend-api";
import { beforeEach, expect, test } from "vitest";
import { ec2Error, fakeEc2 } from "../test/fake-ec2.ts";
import { removeRestoredVolume } from "./aws-remove-restored.ts";
import type { Ec2Volume } from "./ec2-api.ts";
import { Ec2Region } from "./ec2-region.ts";

const volume: Ec2Volume = { VolumeId: "vol-1", State: "available" };
const request = { diskId: "vol-1", location: "eu-west-1", idempotencyKey: "restore-1" };

let api: ReturnType<typeof fakeEc2>;
let waits: number[];

beforeEach(() => {
  api = fakeEc2();
  waits = [];
});

test("deletes the volume that carries the key", async () => {
  describe([volume], [volume]);
  api.deleteVolume.mockResolvedValue({});
  await remove();
  expect(api.deleteVolume.mock.calls.map(([input]) => input)).toEqual([{ VolumeId: "vol-1" }]);
  expect(api.describeVolumes.mock.calls[1]?.[0].Filters).toEqual([
    { Name: "volume-id", Values: ["vol-1"] },
    { Name: `tag:${IDEMPOTENCY_KEY_LABEL}`, Values: ["restore-1"] },
  ]);
  expect(waits).toEqual([]);
});

test("looks again for one that EC2 does not show yet, or not by its tag", async () => {
  describe([], [volume], [], [volume], [volume]);
  api.deleteVolume.mockResolvedValue({});
  await remove();
  expect(api.deleteVolume).toHaveBeenCalledOnce();
  expect(waits).toEqual([500, 1000]);
});

test.each(["deleting", "deleted", "error"])("has nothing to do for one that is %s", async (State) => {
  describe([{ ...volume, State }]);
  await remove();
  expect(api.deleteVolume).not.toHaveBeenCalled();
});

test("has nothing to do where there is none, once EC2 had time to show it", async () => {
  describe([], [], [], []);
  await remove();
  expect(waits).toEqual([500, 1000, 2000, 4000]);
});

test("does not touch one that carries another key", async () => {
  describe(...Array.from({ length: 4 }, () => [[volume], []]).flat());
  await expect(remove()).rejects.toMatchObject({
    code: "invalid",
    message: expect.stringContaining("has not made it"),
  });
  expect(api.deleteVolume).not.toHaveBeenCalled();
});

test("one that is gone meanwhile is a success, and one in use is said to be", async () => {
  describe([volume], [volume], [volume], [volume]);
  api.deleteVolume.mockRejectedValueOnce(ec2Error("InvalidVolume.NotFound"));
  await remove();
  api.deleteVolume.mockRejectedValueOnce(ec2Error("VolumeInUse"));
  await expect(remove()).rejects.toMatchObject({ code: "in-use" } satisfies Partial<BackendError>);
});

/** Answers in turn. */
function describe(...pages: readonly Ec2Volume[][]): void {
  for (const Volumes of pages) api.describeVolumes.mockResolvedValueOnce({ Volumes });
}

async function remove(): Promise<void> {
  const wait = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
  await removeRestoredVolume(new Ec2Region("eu-west-1", api, false), request, wait, undefined);
}
