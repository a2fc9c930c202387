import { inspect } from "node:util";
import type { BackendError } from "@k8s-snapshots/backend-api";
import { describe, expect, test } from "vitest";
import { type Attempt, toBackendError } from "./aws-error.ts";
import { ec2ErrorCodes, meaningOf } from "./ec2-error-codes.ts";

const attempt: Attempt = {
  action: "ec2:CreateSnapshot",
  object: "vol-1",
  region: "eu-west-1",
  account: undefined,
  hasOwnEndpoint: false,
};
const ofEc2 = (name: string, httpStatusCode: number, message = "No."): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode }, $response: "secret" });
const ofNode = (code: string, syscall?: string): Error =>
  Object.assign(new Error(code), { code, ...(syscall ? { syscall } : {}), $metadata: {} });

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
    [ofEc2("Unknown", 301), { code: "unexpected", outcome: "not-done" }],
    [ofEc2("Unknown", 429), { code: "throttled", outcome: "not-done" }],
    [ofEc2("SomethingNew", 400), { code: "unexpected", scope: "disk", outcome: "not-done" }],
    [ofEc2("TypeError", 200), { code: "unexpected", outcome: "unknown" }],
    [ofNode("ECONNRESET"), { code: "unavailable", outcome: "unknown" }],
    [ofNode("ETIMEDOUT"), { code: "unavailable", outcome: "unknown" }],
    [ofNode("ECONNREFUSED"), { code: "unavailable", outcome: "not-done" }],
    [ofNode("EHOSTUNREACH", "connect"), { code: "unavailable", outcome: "not-done" }],
    [ofNode("EHOSTUNREACH", "read"), { code: "unavailable", outcome: "unknown" }],
    [ofNode("ENOTFOUND"), { code: "invalid", retryable: true }],
  ])("%s", (error, expected) => {
    expect(toBackendError(error, attempt)).toMatchObject(expected);
  });

  test.each<[string, object]>([
    ["PendingSnapshotLimitExceeded", { code: "limit-reached", scope: "location", retryable: true }],
    ["ServiceQuotaExceeded", { code: "limit-reached", scope: "location", retryable: false }],
    ["InvalidVolume.Malformed", { code: "invalid", scope: "disk" }],
    ["InvalidKmsKey.NotFound", { code: "invalid", scope: "disk", message: expect.stringContaining("KMS key") }],
    ["InvalidKMSKey.InvalidState", { code: "invalid", scope: "disk" }],
    ["CustomerKeyHasBeenRevoked", { code: "forbidden", scope: "disk", message: expect.stringContaining("KMS key") }],
    ["UnsupportedOperation", { code: "invalid", scope: "disk" }],
    ["TagPolicyViolation", { code: "invalid", scope: "disk", message: expect.stringContaining("tag policy") }],
    ["IncorrectState", { code: "invalid", scope: "disk", retryable: true }],
    ["InvalidInstanceID.NotFound", { code: "invalid", scope: "disk", retryable: true }],
    ["TagLimitExceeded", { code: "limit-reached", scope: "disk" }],
  ])("aws-3: %s is mapped", (name, expected) => {
    expect(toBackendError(ofEc2(name, 400), attempt)).toMatchObject({ ...expected, outcome: "not-done" });
  });

  test.each<[string, object]>([
    ["VolumeStorageLimitExceeded", { code: "limit-reached", scope: "location" }],
    ["SnapshotTierRateExceeded", { code: "throttled", scope: "disk" }],
    ["InvalidOutpost.Malformed", { code: "invalid", scope: "disk" }],
  ])("aws-3: %s, which is new, is understood by its kind", (name, expected) => {
    expect(toBackendError(ofEc2(name, 400), attempt)).toMatchObject(expected);
  });

  test("an instance that is gone is its disks' matter, not the region's", () => {
    const ofInstance = { ...attempt, action: "ec2:DescribeInstances", object: "i-1" };
    expect(toBackendError(ofEc2("InvalidInstanceID.NotFound", 400), ofInstance).scope).toBe("disk");
  });

  test.each<[string, object]>([
    ["AccessDeniedException", { code: "forbidden" }],
    ["IllegalArgumentException", { code: "invalid" }],
    ["InvalidPaginationTokenException", { code: "unavailable" }],
    ["NoSuchResourceException", { code: "not-found", scope: "location" }],
    ["ServiceException", { code: "unavailable" }],
    ["TooManyRequestsException", { code: "throttled", scope: "location" }],
  ])("%s of Service Quotas is mapped", (name, expected) => {
    expect(toBackendError(ofEc2(name, 400), attempt)).toMatchObject(expected);
  });

  test("aws-3: every code in the table has a meaning, and its page where AWS has one", () => {
    expect(ec2ErrorCodes.length).toBeGreaterThan(100);
    for (const name of ec2ErrorCodes) {
      expect(toBackendError(ofEc2(name, 400), attempt).code).toBe(meaningOf(name)?.code);
      expect(meaningOf(name)?.source ?? "https://").toMatch(/^https:\/\//);
    }
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
});

describe("aws-5: what is not found is not found somewhere", () => {
  test("the message says the region and the account that were asked", () => {
    const error = toBackendError(ofEc2("InvalidVolume.NotFound", 400), { ...attempt, account: "123456789012" });
    expect(error.message).toContain("it is not in region eu-west-1 of account 123456789012");
  });

  test("the message says the region where the account is not known", () => {
    const error = toBackendError(ofEc2("InvalidSnapshot.NotFound", 400), attempt);
    expect(error.message).toContain("it is not in region eu-west-1 of the account of the credentials");
  });
});

describe("aws-3: EC2's own words", () => {
  test.each(["UnauthorizedOperation", "InvalidVolume.NotFound", "InternalError", "SomethingNew"])(
    "are in the error for %s",
    (name) => {
      const error = toBackendError(ofEc2(name, 400, "The volume 'vol-1' does not exist."), attempt);
      expect(error.message).toContain(
        `ec2:CreateSnapshot of vol-1 in eu-west-1: ${name} ("The volume 'vol-1' does not exist.")`,
      );
      expect(error.cause).toMatchObject({ message: `${name}: The volume 'vol-1' does not exist.` });
    },
  );

  test("cannot act on a terminal", () => {
    expect(toBackendError(ofEc2("SomethingNew", 400, "\u001b[2J"), attempt).message).toContain('("\\u001b[2J")');
  });

  test.each(["SignatureDoesNotMatch", "RequestExpired", "ExpiredToken", "AuthFailure"])(
    "are left out for %s, and the answer always",
    (name) => {
      const error = toBackendError(ofEc2(name, 403, "signed with a secret"), attempt);
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("secret");
    },
  );
});

describe("net-3: Retry-After", () => {
  const after = (value: string, name = "RequestLimitExceeded"): BackendError => {
    const error = ofEc2(name, 503);
    return toBackendError(Object.assign(error, { $response: { headers: { "retry-after": value } } }), attempt);
  };

  test.each([
    ["RequestLimitExceeded", "7", 7000],
    ["ServiceUnavailable", "7", 7000],
    ["RequestLimitExceeded", "2937600", 3_600_000],
    ["RequestLimitExceeded", "soon", undefined],
    ["SnapshotCreationPerVolumeRateExceeded", "20", 20_000],
    ["InvalidVolume.NotFound", "7", undefined],
  ])("of %s, %s, is %s ms", (name, value, expected) => {
    expect(after(value, name).retryAfterMs).toBe(expected);
  });
});
