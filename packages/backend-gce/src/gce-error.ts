import {
  BackendError,
  type BackendErrorCode,
  type BackendErrorScope,
  isBackendError,
} from "@k8s-snapshots/backend-api";
import type { ComputeOperation } from "./compute-api.ts";
import { ComputeError, withoutTokens } from "./compute-error.ts";
import { codeOf, detailsOf } from "./gce-error-codes.ts";

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
  if (!(error instanceof ComputeError)) {
    const message = `${doing}: ${error instanceof Error ? error.message : "an unknown error"}`;
    return new BackendError("unexpected", message, { outcome: "unknown", cause: error });
  }
  const { status, reason, retryAfterMs, isSent } = error;
  const code = codeOf(reason, status) ?? "unavailable";
  const mayBeDone = code === "unavailable" && isSent;
  return new BackendError(code, `${doing}: ${wordsOf(error)}${advice(code)}`, {
    ...detailsOf(reason, code, about, retryAfterMs),
    outcome: mayBeDone ? "unknown" : "not-done",
    cause: new Error(`${reason || "no reason"}, HTTP status ${status ?? "none"}`),
  });
}

/**
 * @param about - what the object of the call is
 * @throws {BackendError} if the operation has ended in an error, whatever HTTP said
 */
export function assertNotFailed(operation: ComputeOperation, doing: string, about: BackendErrorScope = "disk"): void {
  const failure = failureOf(operation);
  if (failure !== undefined) throw failedOperation(failure, doing, about);
}

/** The error that an operation has ended in; `undefined` if it did not fail, or not yet. */
export function failureOf({ error, httpErrorStatusCode }: ComputeOperation): ComputeError | undefined {
  const [first, ...others] = error?.errors ?? [];
  if (first === undefined) return undefined;
  const messages = [first, ...others].flatMap(({ message }) => (message ? [message] : []));
  const status = Number(httpErrorStatusCode) || undefined;
  return new ComputeError(messages.join("; "), { reason: first.code || "unknown", ...(status && { status }) });
}

/** An operation was carried out and failed: its outcome is known. */
export function failedOperation(failure: ComputeError, doing: string, about: BackendErrorScope): BackendError {
  const { reason, status } = failure;
  const code = codeOf(reason, status) ?? "unexpected";
  const message = `${doing}: the operation failed: ${wordsOf(failure)}${advice(code)}`;
  return new BackendError(code, message, detailsOf(reason, code, about, undefined));
}

/** Google's own words in quotes, if there are any, and its name for the error. */
export function wordsOf({ message, reason, status }: ComputeError): string {
  const name =
    reason || (status === undefined ? "no answer: it took too long, or the connection broke" : `HTTP status ${status}`);
  return message === "" ? name : `${JSON.stringify(message)} (${name})`;
}

/** Google's word for the error: `notFound`; or Node's, if there was no answer. */
export function reasonOf(error: unknown): string {
  return error instanceof ComputeError ? error.reason : "";
}

/** What Google said to people; it may name a permission. */
export function messageOf(error: unknown): string {
  return error instanceof ComputeError ? error.message : "";
}

/** An answer that is not as Google documents it. */
export function unexpected(what: string): BackendError {
  return new BackendError("unexpected", `Compute Engine answered with ${withoutTokens(what)}`, { outcome: "unknown" });
}

function advice(code: BackendErrorCode): string {
  if (code === "forbidden")
    return ": grant the permission to the service account, and switch the Compute Engine API on";
  return code === "unauthenticated" ? `: the credentials are expired or not accepted: see ${variables}` : "";
}
