import type { RestoreRequest } from "@k8s-snapshots/backend-api";
import { describe, expect, type Mocked, test } from "vitest";
import { ec2Error, fakeEc2 } from "../test/fake-ec2.ts";
import type { Ec2Api, Ec2Volume } from "./ec2-api.ts";
import { Ec2Region } from "./ec2-region.ts";
import { waitForVolume } from "./wait-for-volume.ts";

const VolumeId = "vol-0123456789abcdef1";
const KmsKeyId = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const creating = { VolumeId, State: "creating" };
const encrypted = { ...creating, Encrypted: true, KmsKeyId };
const missing = ec2Error("InvalidVolume.NotFound");

describe("aws-7: a volume that is begun", () => {
  test("is made when EC2 shows it so", async () => {
    const { ec2, pauses, states, done } = waitOn([creating, creating, { ...creating, State: "available" }]);
    await done;
    expect(states).toEqual(["creating", "creating"]);
    expect(pauses).toEqual([500, 1000]);
    expect(ec2.describeVolumes.mock.calls[0]?.[0]).toEqual({ VolumeIds: [VolumeId] });
  });

  test("may be missing at first", async () => {
    const { pauses, done } = waitOn([missing, undefined, { ...creating, State: "in-use" }]);
    await done;
    expect(pauses).toEqual([500, 1000]);
  });

  test.each<[string, (Ec2Volume | Error | undefined)[], string]>([
    ["vanishes", [encrypted, missing], "is gone"],
    ["vanishes from the list", [encrypted, undefined], "is gone"],
    ["never shows up", Array(9).fill(missing), "is gone"],
    ["ends in an error", [{ ...encrypted, State: "error" }], "is in the state error"],
    ["is deleted", [encrypted, { ...encrypted, State: "deleting" }], "is in the state deleting"],
  ])("and is encrypted, and %s, was denied its key: that is said", async (_, answers, what) => {
    const { done } = waitOn(answers, encrypted);
    await expect(done).rejects.toMatchObject({
      code: "forbidden",
      scope: "snapshot",
      outcome: "not-done",
      message: expect.stringMatching(
        `^ec2:CreateVolume of snap-1 in eu-west-1: ${VolumeId}, which was begun, ${what}, .*kms:CreateGrant.* ${KmsKeyId} `,
      ),
    });
  });

  test("and is not encrypted, and vanishes, failed for another reason", async () => {
    const { done } = waitOn([creating, missing]);
    await expect(done).rejects.toMatchObject({ code: "unexpected", scope: "snapshot", outcome: "not-done" });
  });

  test("and goes on being made for two minutes, is not known to be made", async () => {
    const { pauses, done } = waitOn(Array(100).fill(creating));
    await expect(done).rejects.toMatchObject({ code: "unavailable", outcome: "unknown", scope: "snapshot" });
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(125_500);
  });

  test.each<[string, Error, object]>([
    ["throttles", ec2Error("RequestLimitExceeded", 503), { code: "throttled", retryable: true }],
    ["forbids it", ec2Error("UnauthorizedOperation", 403), { code: "forbidden", retryable: false }],
    ["fails", ec2Error("InternalError", 500), { code: "unavailable", retryable: true }],
  ])("has an unknown outcome where the look at it %s", async (_, error, expected) => {
    const { done } = waitOn([creating, error]);
    await expect(done).rejects.toMatchObject({
      ...expected,
      outcome: "unknown",
      message: expect.stringContaining(`${VolumeId} was begun, but what became of it is not known`),
    });
  });

  test.each([1, 16])("is not waited for after an abort in pause %d", async (last) => {
    const caller = new AbortController();
    const ec2 = fakeEc2();
    ec2.describeVolumes.mockResolvedValue({ Volumes: [creating] });
    let pauses = 0;
    const wait = async (): Promise<void> => {
      if (++pauses < last) return;
      caller.abort();
      throw caller.signal.reason;
    };
    const region = new Ec2Region("eu-west-1", ec2, false);
    const done = waitForVolume(region, creating, "snap-1", { wait }, { signal: caller.signal });
    await expect(done).rejects.toMatchObject({ code: "aborted" });
    expect(ec2.describeVolumes).toHaveBeenCalledTimes(last);
  });
});

/** @param answers - of each look: `undefined` is a list without it */
function waitOn(
  answers: (Ec2Volume | Error | undefined)[],
  begun: Ec2Volume & { VolumeId: string } = creating,
): { ec2: Mocked<Ec2Api>; pauses: number[]; states: (string | undefined)[]; done: Promise<void> } {
  const ec2 = fakeEc2();
  for (const answer of answers) {
    if (answer instanceof Error) ec2.describeVolumes.mockRejectedValueOnce(answer);
    else ec2.describeVolumes.mockResolvedValueOnce({ Volumes: answer ? [answer] : [] });
  }
  const pauses: number[] = [];
  const wait = async (pause: number): Promise<void> => void pauses.push(pause);
  const states: (string | undefined)[] = [];
  const onProgress: RestoreRequest["onProgress"] = ({ state }) => void states.push(state);
  return {
    ec2,
    pauses,
    states,
    done: waitForVolume(new Ec2Region("eu-west-1", ec2, false), begun, "snap-1", { wait, onProgress }, undefined),
  };
}
