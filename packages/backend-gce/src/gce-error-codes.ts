import type { BackendErrorCode, BackendErrorOptions, BackendErrorScope } from "@k8s-snapshots/backend-api";

/**
 * What Google calls it: the `reason` of an answer, and the `code` of an operation in the same spelling. Only what its HTTP
 * status does not say already, or says wrongly: a rate that is exceeded and a permission that is missing are both 403.
 *
 * @see {@link https://cloud.google.com/resource-manager/docs/core_errors} for reasons of all APIs of Google
 * @see {@link https://cloud.google.com/compute/docs/api-rate-limits} for rates
 * @see {@link https://cloud.google.com/compute/quotas} for quotas
 * @see {@link https://cloud.google.com/compute/docs/disks/customer-supplied-encryption} for keys that customers keep
 */
const codes = new Map<string, BackendErrorCode>(
  Object.entries({
    accessNotConfigured: "forbidden",
    forbidden: "forbidden",
    permissionsError: "forbidden",
    permissionDenied: "forbidden",
    serviceAccountAccessDenied: "forbidden",

    rateLimitExceeded: "throttled",
    userRateLimitExceeded: "throttled",
    concurrentLimitExceeded: "throttled",
    concurrentOperationsQuotaExceeded: "throttled",
    dailyLimitExceeded: "throttled",
    servingLimitExceeded: "throttled",
    variableTermLimitExceeded: "throttled",
    variableTermExpiredDailyExceeded: "throttled",
    resourceOperationRateExceeded: "throttled",

    quotaExceeded: "limit-reached",
    limitExceeded: "limit-reached",
    resourceQuotaExceeded: "limit-reached",

    resourceInUse: "in-use",
    resourceInUseByAnotherResource: "in-use",
    resourceNotReady: "in-use",
    operationInProgress: "in-use",
    conflict: "in-use",

    notFound: "not-found",
    resourceNotFound: "not-found",
    deleted: "not-found",

    alreadyExists: "invalid",
    resourceAlreadyExists: "invalid",
    conditionNotMet: "invalid",
    invalidFieldValue: "invalid",
    invalidUsage: "invalid",
    unsupportedOperation: "invalid",
    resourceIsEncryptedWithCustomerEncryptionKey: "invalid",
    customerEncryptionKeyIsIncorrect: "invalid",

    internalError: "unavailable",
    backendError: "unavailable",
    serviceUnavailable: "unavailable",
    timeout: "unavailable",
    operationCanceledByUser: "unavailable",
    resourcePoolExhausted: "unavailable",
    resourcePoolExhaustedWithDetails: "unavailable",
    zoneResourcePoolExhausted: "unavailable",
    zoneResourcePoolExhaustedWithDetails: "unavailable",
  } as const),
);

/** What passes by itself: something else is being done with the disk or snapshot. */
const passing: ReadonlySet<string> = new Set(["resourceNotReady", "operationInProgress", "conflict"]);

/** What is about the object of the call. All else is about the project, which is the location. */
const codesOfObjects: ReadonlySet<BackendErrorCode> = new Set(["in-use", "invalid", "not-found", "unexpected"]);

/** Rates are counted by the minute: https://cloud.google.com/compute/docs/api-rate-limits */
const rateMs = 60_000;

/** Six snapshots of a disk in an hour: https://cloud.google.com/compute/docs/disks/snapshot-best-practices */
const diskRateMs = 10 * 60_000;

/** @param status - HTTP's; `undefined` if there was no answer, or an operation does not say it */
export function codeOf(reason: string, status: number | undefined): BackendErrorCode | undefined {
  return codes.get(camelCase(reason)) ?? codeOfStatus(status);
}

/** Whom an error is about, and whether and when to try again. */
export function detailsOf(
  reason: string,
  code: BackendErrorCode,
  about: BackendErrorScope,
  retryAfterMs: number | undefined,
): BackendErrorOptions {
  const name = camelCase(reason);
  const after = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (name === "resourceOperationRateExceeded") return { scope: about, retryAfterMs: retryAfterMs ?? diskRateMs };
  if (code === "throttled") return { scope: "location", retryAfterMs: retryAfterMs ?? rateMs };
  // A disk is in use while it is resized, a snapshot as long as something is made of it.
  if (code === "in-use") return { scope: about, retryable: about === "disk" || passing.has(name), ...after };
  if (codesOfObjects.has(code)) return { scope: about };
  return code === "unauthenticated" ? { scope: "account" } : { scope: "location", ...after };
}

function codeOfStatus(status: number | undefined): BackendErrorCode | undefined {
  if (status === undefined) return undefined;
  if (status >= 500 || status === 408 || status < 400) return "unavailable";
  if (status === 401) return "unauthenticated";
  if (status === 402) return "limit-reached";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 410) return "not-found";
  if (status === 429) return "throttled";
  return status === 409 ? "unexpected" : "invalid";
}

/** `QUOTA_EXCEEDED`, as operations spell it, is `quotaExceeded`. */
function camelCase(reason: string): string {
  if (!/^[A-Z][A-Z0-9_]*$/.test(reason)) return reason;
  return reason.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
