import {
  BackendError,
  type BackendErrorCode,
  type BackendErrorOptions,
  type BackendErrorScope,
  type CallOptions,
  isBackendError,
} from "@k8s-snapshots/backend-api";
import type { ComputeOperation } from "./compute-api.ts";
import { ComputeError } from "./compute-error.ts";

/** What Google calls it, in an answer's `reason` or in an operation's `code`. */
const codes: Readonly<Record<string, BackendErrorCode>> = {
  accessNotConfigured: "forbidden",
  forbidden: "forbidden",
  PERMISSIONS_ERROR: "forbidden",
  rateLimitExceeded: "throttled",
  userRateLimitExceeded: "throttled",
  resourceOperationRateExceeded: "throttled",
  RESOURCE_OPERATION_RATE_EXCEEDED: "throttled",
  quotaExceeded: "limit-reached",
  limitExceeded: "limit-reached",
  QUOTA_EXCEEDED: "limit-reached",
  resourceInUseByAnotherResource: "in-use",
  RESOURCE_IN_USE_BY_ANOTHER_RESOURCE: "in-use",
  resourceNotReady: "invalid",
  RESOURCE_NOT_READY: "invalid",
  notFound: "not-found",
  RESOURCE_NOT_FOUND: "not-found",
  INTERNAL_ERROR: "unavailable",
  // The labels changed since they were read: read them again.
  conditionNotMet: "unavailable",
};

/** What is about the object of the call. All else is about the project, which is the location. */
const codesOfObjects: ReadonlySet<BackendErrorCode> = new Set(["in-use", "invalid", "not-found", "unexpected"]);

/** The rate is counted a minute: https://cloud.google.com/compute/docs/api-rate-limits */
const rateMs = 60_000;
/** https://cloud.google.com/compute/docs/disks/snapshot-best-practices */
const snapshotRateMs = 10 * 60_000;

const variables =
  "GCLOUD_CREDENTIALS_FILE, GOOGLE_APPLICATION_CREDENTIALS, GCLOUD_JSON_KEYFILE_STRING or GCLOUD_JSON_KEYFILE_NAME";

/** There are no credentials, or they are not accepted. The message says why, and holds nothing of them. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
}

/** Nobody says whether the credentials are good. */
export class TokenServerError extends Error {
  override readonly name = "TokenServerError";
}

/**
 * What Google or the network said, in the contract's terms.
 *
 * @param about - what the object of the call is
 */
export function toBackendError(error: unknown, doing: string, about: BackendErrorScope = "disk"): BackendError {
  if (isBackendError(error)) return error;
  if (error instanceof CredentialsError) {
    const message = `${doing}: no usable credentials, ${error.message}: give the pod a service account, or set ${variables}`;
    return new BackendError("unauthenticated", message, { cause: error });
  }
  if (error instanceof TokenServerError) {
    return new BackendError("unavailable", `${doing}: cannot obtain a token: ${error.message}`, { cause: error });
  }
  // A rate that is exceeded and a permission that is missing are both 403: the reason goes first.
  const { status, reason } = error instanceof ComputeError ? error : { status: undefined, reason: "" };
  const code = codes[reason] ?? codeOfStatus(status);
  const never = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "conditionNotMet"].includes(reason);
  return new BackendError(code, `${doing}: ${reason || `HTTP status ${status ?? "none"}`}${advice(code)}`, {
    ...detailsOf(reason, code, about),
    outcome: code === "unavailable" && !never ? "unknown" : "not-done",
    cause: new Error(`${reason || "no reason"}, HTTP status ${status ?? "none"}`),
  });
}

/**
 * @param about - what the object of the call is
 * @throws {BackendError} if the operation has ended in an error, whatever HTTP said
 */
export function assertNotFailed(operation: ComputeOperation, doing: string, about: BackendErrorScope = "disk"): void {
  const failure = failureOf(operation);
  if (failure === undefined) return;
  const message = `${doing}: the operation failed with ${failure}`;
  const code = codes[failure] ?? "unexpected";
  throw new BackendError(code, message, detailsOf(failure, code, about));
}

/** The code of the error that an operation has ended in. */
export function failureOf({ error }: ComputeOperation): string | undefined {
  const [first] = error?.errors ?? [];
  return first && (first.code ?? "unknown");
}

/** Google's word for the error: `notFound`; or Node's, if there was no answer. */
export function reasonOf(error: unknown): string {
  return error instanceof ComputeError ? error.reason : "";
}

/** What Google said to people; it may name a permission. */
export function messageOf(error: unknown): string {
  return error instanceof ComputeError ? error.message : "";
}

/** @throws {BackendError} `aborted` if the caller's signal has fired. */
export function throwIfAborted(options: CallOptions | undefined): void {
  if (!options?.signal?.aborted) return;
  throw new BackendError("aborted", "the caller aborted the call", { cause: options.signal.reason });
}

/** An answer that is not as Google documents it. */
export function unexpected(what: string): BackendError {
  return new BackendError("unexpected", `Compute Engine answered with ${what}`, { outcome: "unknown" });
}

function codeOfStatus(status: number | undefined): BackendErrorCode {
  if (status === undefined || status >= 500) return "unavailable";
  if (status === 400 || status === 412) return "invalid";
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 404) return "not-found";
  return status === 429 ? "throttled" : "unexpected";
}

function detailsOf(reason: string, code: BackendErrorCode, about: BackendErrorScope): BackendErrorOptions {
  if (/^resourceOperationRateExceeded$|^RESOURCE_OPERATION_RATE/.test(reason)) {
    return { scope: about, retryAfterMs: snapshotRateMs };
  }
  if (/ateLimitExceeded$/.test(reason)) return { scope: "location", retryAfterMs: rateMs };
  if (reason === "conditionNotMet" || codesOfObjects.has(code)) return { scope: about };
  return code === "unauthenticated" ? { scope: "account" } : { scope: "location" };
}

function advice(code: BackendErrorCode): string {
  if (code === "forbidden")
    return ": grant the permission to the service account, and switch the Compute Engine API on";
  return code === "unauthenticated" ? `: the credentials are expired or not accepted: see ${variables}` : "";
}
