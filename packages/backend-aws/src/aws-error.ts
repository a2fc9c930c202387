import {
  BackendError,
  type BackendErrorCode,
  type BackendErrorScope,
  type CallOptions,
  isBackendError,
} from "@k8s-snapshots/backend-api";
import { ec2ErrorCodes, ec2ErrorDetails } from "./ec2-error-codes.ts";

/** What is about the object of the attempt. */
const codesOfObjects: ReadonlySet<BackendErrorCode> = new Set(["invalid", "not-found", "unexpected"]);

/** Errors of Node's with which no request has reached anybody. */
const neverSent: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
]);

/** Cannot obtain credentials. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";

  /** @param reason - what the provider said; only its name is kept, since its text may hold anything */
  constructor(reason: unknown) {
    super(`the credentials provider failed: ${(reason as Error | undefined)?.name ?? "unknown error"}`);
  }
}

/** What was being done, for the message. */
export interface Attempt {
  /** The IAM action: `ec2:CreateSnapshot`. */
  readonly action: string;
  /** The object of it: `vol-0123456789abcdef0`. */
  readonly object: string;
  readonly region: string;
  /** Whether the endpoint is not the region's own, so that it says nothing about the region. */
  readonly hasOwnEndpoint: boolean;
}

/** What EC2, the SDK or the network said, in the contract's terms. */
export function toBackendError(error: unknown, attempt: Attempt): BackendError {
  if (isBackendError(error)) return error;
  const { name, status, systemCode } = readVendorError(error);
  const cause = cleanCause(error);
  const doing = `${attempt.action} of ${attempt.object} in ${attempt.region}`;
  if (systemCode === "ENOTFOUND" && !attempt.hasOwnEndpoint) {
    // It may also be the name server's fault: that passes.
    const message = `${doing}: there is no region ${attempt.region}, for its host name is unknown: correct the region`;
    return new BackendError("invalid", message, { scope: "location", retryable: true, cause });
  }
  const code = toCode(name, attempt) ?? codeOfStatus(status, systemCode);
  const said = name === "Unknown" ? `HTTP status ${status}` : (systemCode ?? name);
  const mayBeDone =
    code === "unavailable" ? !neverSent.has(systemCode ?? "") : code === "unexpected" && isSuccess(status);
  return new BackendError(code, `${doing}: ${said}${advice(code, attempt)}`, {
    ...(codesOfObjects.has(code) ? { scope: scopeOf(attempt) } : {}),
    outcome: mayBeDone ? "unknown" : "not-done",
    cause,
    ...ec2ErrorDetails[name],
  });
}

/** EC2's code for an error, or the SDK's name of it. */
export function vendorCode(error: unknown): string {
  return readVendorError(error).name;
}

/** @throws {BackendError} `aborted` if the caller's signal has fired. */
export function throwIfAborted(options: CallOptions | undefined): void {
  if (!options?.signal?.aborted) return;
  throw new BackendError("aborted", "the caller aborted the call", { cause: options.signal.reason });
}

interface VendorError {
  readonly name: string;
  /** Left out if there was no answer. */
  readonly status: number | undefined;
  /** Node's code, where the network failed. */
  readonly systemCode: string | undefined;
  readonly message: string;
  readonly requestId: string | undefined;
}

function readVendorError(error: unknown): VendorError {
  const { name, message, code, $metadata } = (error ?? {}) as Partial<Readonly<Record<string, unknown>>>;
  const { httpStatusCode, requestId } = ($metadata ?? {}) as { httpStatusCode?: number; requestId?: string };
  return {
    name: typeof name === "string" ? name : "Error",
    status: httpStatusCode,
    systemCode: typeof code === "string" ? code : undefined,
    message: typeof message === "string" ? message : "",
    requestId,
  };
}

/** Whose id the object is. A list and a region have none. */
function scopeOf({ object }: Attempt): BackendErrorScope {
  if (object.startsWith("snap-")) return "snapshot";
  return object.startsWith("vol-") ? "disk" : "location";
}

/** A deletion that lacks a permission is an `UnauthorizedOperation`: one that is not permitted has another reason. */
function toCode(name: string, { action }: Attempt): BackendErrorCode | undefined {
  if (name === "OperationNotPermitted" && action === "ec2:DeleteSnapshot") return "locked";
  return ec2ErrorCodes[name];
}

function codeOfStatus(status: number | undefined, systemCode: string | undefined): BackendErrorCode {
  if (systemCode !== undefined || (status ?? 0) >= 500) return "unavailable";
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 429) return "throttled";
  return "unexpected";
}

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

function advice(code: BackendErrorCode, { action, region }: Attempt): string {
  if (code === "locked") return ": a snapshot lock forbids it: unlock the snapshot, or wait until the lock expires";
  if (code === "forbidden") return `: allow ${action} to the role or user of the credentials`;
  if (code !== "unauthenticated") return "";
  return (
    ": the credentials are missing, expired or not accepted: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or give " +
    `the pod a role, set the machine's clock, and enable ${region} for the account if it is off`
  );
}

/**
 * The SDK's error without its hidden `$response`, and, for refused credentials, without its text: that may repeat the
 * signed request.
 */
function cleanCause(error: unknown): Error {
  const { name, message, status, systemCode, requestId } = readVendorError(error);
  const text =
    ec2ErrorCodes[name] === "unauthenticated" && !(error instanceof CredentialsError) ? "text left out" : message;
  const facts = { code: systemCode ?? name, ...(status ? { status } : {}), ...(requestId ? { requestId } : {}) };
  return Object.assign(new Error(`${name}: ${text}`), facts);
}
