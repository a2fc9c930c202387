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

describe("no answer", () => {
  test.each([
    ["ECONNREFUSED", "not-done"],
    ["ENOTFOUND", "not-done"],
    ["ECONNRESET", "unknown"],
    ["ETIMEDOUT", "unknown"],
  ])("%s: the request is %s", (code, outcome) => {
    const error = ComputeError.ofTransport([new Error("broken"), Object.assign(new Error("broken"), { code })], true);
    expect(toBackendError(error, doing)).toMatchObject({ code: "unavailable", outcome });
  });

  test("for want of credentials says how to give some", () => {
    const error = toBackendError(new CredentialsError("none"), doing);
    expect(error.code).toBe("unauthenticated");
    expect(error.message).toContain("GCLOUD_CREDENTIALS_FILE");
  });
});

describe("an operation that ended in an error, though HTTP said 200", () => {
  test.each<[string, BackendErrorCode]>([
    ["RESOURCE_OPERATION_RATE_EXCEEDED", "throttled"],
    ["QUOTA_EXCEEDED", "limit-reached"],
    ["RESOURCE_NOT_FOUND", "not-found"],
    ["SOMETHING_NEW", "unexpected"],
  ])("%s is %s", (code, expected) => {
    const failed = (): void => assertNotFailed({ status: "DONE", error: { errors: [{ code }] } }, doing);
    expect(failed).toThrow(expect.objectContaining({ code: expected, message: expect.stringContaining(code) }));
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
