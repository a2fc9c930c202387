import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { toBackendError } from "./aws-error.ts";

const attempt = { action: "ec2:CreateSnapshot", object: "vol-1", region: "eu-west-1", hasOwnEndpoint: false };
const ofEc2 = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error("Credential=AKIA/secret"), { name, $metadata: { httpStatusCode }, $response: "secret" });
const ofNode = (code: string): Error => Object.assign(new Error(code), { code, $metadata: {} });

describe("what EC2 or the network says", () => {
  test.each<[Error, object]>([
    [ofEc2("RequestLimitExceeded", 503), { code: "throttled", scope: "location", outcome: "not-done" }],
    [ofEc2("SnapshotCreationPerVolumeRateExceeded", 400), { code: "throttled", scope: "disk", retryAfterMs: 15_000 }],
    [ofEc2("ConcurrentSnapshotLimitExceeded", 400), { code: "limit-reached", scope: "disk", retryable: true }],
    [ofEc2("SnapshotLimitExceeded", 400), { code: "limit-reached", scope: "location", retryable: false }],
    [ofEc2("ResourceLimitExceeded", 400), { code: "limit-reached", scope: "location" }],
    [ofEc2("InvalidVolume.NotFound", 400), { code: "not-found", scope: "disk" }],
    [ofEc2("InvalidSnapshot.NotFound", 400), { code: "not-found", scope: "snapshot" }],
    [ofEc2("InvalidSnapshot.InUse", 400), { code: "in-use", scope: "snapshot" }],
    [ofEc2("SnapshotLocked", 400), { code: "locked", scope: "snapshot" }],
    [ofEc2("AuthFailure", 401), { code: "unauthenticated", scope: "location" }],
    [ofEc2("OptInRequired", 403), { code: "forbidden", scope: "account" }],
    [ofEc2("OperationNotPermitted", 400), { code: "forbidden" }],
    [ofEc2("UnauthorizedOperation", 403), { code: "forbidden" }],
    [ofEc2("RequestExpired", 400), { code: "unauthenticated", scope: "account" }],
    [ofEc2("InternalError", 500), { code: "unavailable", outcome: "unknown" }],
    [ofEc2("Unknown", 502), { code: "unavailable", outcome: "unknown" }],
    [ofEc2("TypeError", 200), { code: "unexpected", outcome: "unknown" }],
    [ofNode("ECONNRESET"), { code: "unavailable", outcome: "unknown" }],
    [ofNode("ETIMEDOUT"), { code: "unavailable", outcome: "unknown" }],
    [ofNode("ECONNREFUSED"), { code: "unavailable", outcome: "not-done" }],
    [ofNode("ENOTFOUND"), { code: "invalid", retryable: true }],
  ])("%s", (error, expected) => {
    expect(toBackendError(error, attempt)).toMatchObject(expected);
  });

  test.each([
    ["vol-1", "disk"],
    ["snap-1", "snapshot"],
    ["own snapshots", "location"],
  ])("what is wrong with %s is about the %s", (object, scope) => {
    const error = toBackendError(ofEc2("InvalidParameterValue", 400), { ...attempt, object });
    expect(error).toMatchObject({ code: "invalid", scope });
  });

  test("a deletion that is not permitted, though allowed, is locked", () => {
    const deletion = { ...attempt, action: "ec2:DeleteSnapshot", object: "snap-1" };
    expect(toBackendError(ofEc2("OperationNotPermitted", 400), deletion)).toMatchObject({
      code: "locked",
      scope: "snapshot",
    });
    expect(toBackendError(ofEc2("UnauthorizedOperation", 403), deletion)).toMatchObject({ code: "forbidden" });
  });

  test("the text of refused credentials is left out, and the answer always", () => {
    const error = toBackendError(ofEc2("SignatureDoesNotMatch", 403), attempt);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("secret");
  });
});
