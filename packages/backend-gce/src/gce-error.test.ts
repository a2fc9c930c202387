import type { BackendErrorCode, BackendErrorScope } from "@k8s-snapshots/backend-api";
import { describe, expect, test } from "vitest";
import { ComputeError } from "./compute-error.ts";
import { assertNotFailed, CredentialsError, toBackendError } from "./gce-error.ts";

const doing = "compute.snapshots.create of data";

/** As Compute Engine refuses, or a proxy before it. */
function answered(status: number, reason?: string): ComputeError {
  const answer = reason === undefined ? undefined : { error: { errors: [{ reason }], message: "Bearer a-secret" } };
  return ComputeError.ofAnswer(status, answer);
}

describe("an error of HTTP", () => {
  test.each<[number, string | undefined, BackendErrorCode, boolean, "not-done" | "unknown"]>([
    [400, "invalid", "invalid", false, "not-done"],
    [400, "resourceInUseByAnotherResource", "in-use", true, "not-done"],
    [400, "resourceNotReady", "in-use", true, "not-done"],
    [401, "authError", "unauthenticated", false, "not-done"],
    [403, "forbidden", "forbidden", false, "not-done"],
    [403, "accessNotConfigured", "forbidden", false, "not-done"],
    [403, "rateLimitExceeded", "throttled", true, "not-done"],
    [403, "quotaExceeded", "limit-reached", false, "not-done"],
    [404, "notFound", "not-found", false, "not-done"],
    [409, "alreadyExists", "invalid", false, "not-done"],
    [412, "conditionNotMet", "invalid", false, "not-done"],
    [429, "rateLimitExceeded", "throttled", true, "not-done"],
    [429, undefined, "throttled", true, "not-done"],
    [500, "backendError", "unavailable", true, "unknown"],
    [502, undefined, "unavailable", true, "unknown"],
    [503, "backendError", "unavailable", true, "unknown"],
  ])("%d %s is %s", (status, reason, code, retryable, outcome) => {
    const error = toBackendError(answered(status, reason), doing);
    expect(error).toMatchObject({ code, retryable, outcome });
    expect(error.message).toContain(doing);
    expect(`${error.message} ${String(error.cause)}`).not.toContain("a-secret");
  });

  test.each<[number, string, BackendErrorScope]>([
    [403, "rateLimitExceeded", "location"],
    [403, "quotaExceeded", "location"],
    [403, "resourceOperationRateExceeded", "disk"],
    [404, "notFound", "disk"],
    [400, "invalid", "disk"],
    [403, "forbidden", "location"],
    [401, "authError", "account"],
    [503, "backendError", "location"],
  ])("%d %s is about the %s", (status, reason, scope) => {
    expect(toBackendError(answered(status, reason), doing).scope).toBe(scope);
  });

  test("is about the snapshot where the call is", () => {
    expect(toBackendError(answered(400, "resourceInUseByAnotherResource"), doing, "snapshot").scope).toBe("snapshot");
    expect(toBackendError(answered(404, "notFound"), doing, "snapshot").scope).toBe("snapshot");
    expect(toBackendError(answered(403, "rateLimitExceeded"), doing, "snapshot").scope).toBe("location");
  });

  test("for a rate asks to wait for a minute", () => {
    expect(toBackendError(answered(403, "rateLimitExceeded"), doing).retryAfterMs).toBe(60_000);
    expect(toBackendError(answered(403, "forbidden"), doing).retryAfterMs).toBeUndefined();
  });
});

describe("in Google's own words", () => {
  const words: readonly (readonly [string, number, string, string])[] = [
    [
      "gce-2: a policy of the organisation",
      412,
      "conditionNotMet",
      "Location EU violates constraint constraints/gcp.resourceLocations on the resource projects/p/global/snapshots/data.",
    ],
    [
      "gce-3: a missing permission",
      403,
      "forbidden",
      "Required 'compute.disks.createSnapshot' permission for 'projects/p/zones/z/disks/data'",
    ],
    [
      "gce-3: a key that the customer keeps",
      400,
      "resourceIsEncryptedWithCustomerEncryptionKey",
      "The resource 'projects/p/zones/z/disks/data' is encrypted with a customer-supplied encryption key.",
    ],
    ["gce-3: a quota", 403, "quotaExceeded", "Quota 'SNAPSHOTS' exceeded. Limit: 5000.0 globally."],
  ];

  test.each(words)("%s is told", (_, status, reason, message) => {
    const answer = { error: { errors: [{ reason }], message } };
    expect(toBackendError(ComputeError.ofAnswer(status, answer), doing).message).toContain(`"${message}" (${reason})`);
  });

  test("escapes that a terminal would act on are spelled out, and nobody sees a token", () => {
    const message = "\u001b[31mred, as Bearer ya29.a-token says";
    const error = toBackendError(ComputeError.ofAnswer(400, { error: { message } }), doing);
    expect(error.message).toContain("red, as (a token) says");
    for (const part of ["\u001b", "ya29"]) expect(error.message).not.toContain(part);
  });
});

describe("no answer", () => {
  test.each([
    // net-1: the classification is that of every backend.
    ["ECONNREFUSED", "connect", "not-done"],
    ["ENOTFOUND", "getaddrinfo", "not-done"],
    ["EHOSTUNREACH", "connect", "not-done"],
    ["EHOSTUNREACH", "read", "unknown"],
    ["ECONNRESET", "read", "unknown"],
    ["ETIMEDOUT", "read", "unknown"],
  ])("%s in %s: the request is %s", (code, syscall, outcome) => {
    const cause = Object.assign(new Error("broken"), { code, syscall });
    const error = ComputeError.ofTransport(new Error("of the SDK", { cause }), true);
    expect(toBackendError(error, doing)).toMatchObject({
      code: "unavailable",
      outcome,
      message: expect.stringContaining(code) as string,
    });
  });

  test("for want of credentials says how to give some", () => {
    const error = toBackendError(new CredentialsError("none"), doing);
    expect(error.code).toBe("unauthenticated");
    expect(error.message).toContain("GCLOUD_CREDENTIALS_FILE");
  });
});

describe("gce-5: an operation that ended in an error, though HTTP said 200", () => {
  test.each<[string, number | undefined, BackendErrorCode, BackendErrorScope, boolean]>([
    ["QUOTA_EXCEEDED", 403, "limit-reached", "location", false],
    ["LIMIT_EXCEEDED", undefined, "limit-reached", "location", false],
    ["RATE_LIMIT_EXCEEDED", undefined, "throttled", "location", true],
    ["CONCURRENT_OPERATIONS_QUOTA_EXCEEDED", 403, "throttled", "location", true],
    ["RESOURCE_OPERATION_RATE_EXCEEDED", undefined, "throttled", "disk", true],
    ["RESOURCE_NOT_FOUND", 404, "not-found", "disk", false],
    ["RESOURCE_NOT_READY", 400, "in-use", "disk", true],
    ["RESOURCE_IN_USE", undefined, "in-use", "disk", true],
    ["RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", 400, "in-use", "disk", true],
    ["CONDITION_NOT_MET", 412, "invalid", "disk", false],
    ["UNSUPPORTED_OPERATION", undefined, "invalid", "disk", false],
    ["PERMISSIONS_ERROR", undefined, "forbidden", "location", false],
    ["INTERNAL_ERROR", undefined, "unavailable", "location", true],
    ["ZONE_RESOURCE_POOL_EXHAUSTED", 503, "unavailable", "location", true],
    ["SOMETHING_NEW", 403, "forbidden", "location", false],
    ["SOMETHING_NEW", undefined, "unexpected", "disk", false],
  ])("%s with HTTP status %s is %s, about the %s", (code, httpErrorStatusCode, expected, scope, retryable) => {
    const error = { errors: [{ code, message: "Google says why." }] };
    const message = expect.stringContaining(`"Google says why." (${code})`);
    const failed = (): void => assertNotFailed({ status: "DONE", httpErrorStatusCode, error }, doing);
    expect(failed).toThrow(expect.objectContaining({ code: expected, scope, retryable, outcome: "not-done", message }));
  });

  test("what is in use stays so where it is a snapshot, unless it is not ready yet", () => {
    const error = (code: string) => ({ status: "DONE", error: { errors: [{ code }] } });
    const inUse = (): void => assertNotFailed(error("RESOURCE_IN_USE_BY_ANOTHER_RESOURCE"), doing, "snapshot");
    expect(inUse).toThrow(expect.objectContaining({ scope: "snapshot", retryable: false }));
    const notReady = (): void => assertNotFailed(error("RESOURCE_NOT_READY"), doing, "snapshot");
    expect(notReady).toThrow(expect.objectContaining({ scope: "snapshot", retryable: true }));
  });

  test("too many snapshots of one disk asks to wait for ten minutes", () => {
    const error = { errors: [{ code: "RESOURCE_OPERATION_RATE_EXCEEDED" }] };
    expect(() => assertNotFailed({ status: "DONE", error }, doing)).toThrow(
      expect.objectContaining({ scope: "disk", retryAfterMs: 600_000 }),
    );
  });

  test("one without an error is none", () => {
    expect(() => assertNotFailed({ status: "DONE" }, doing)).not.toThrow();
  });
});
