import {
  BackendError,
  type BackendErrorCode,
  type BackendErrorScope,
  isBackendError,
} from "@k8s-snapshots/backend-api";
import { networkFaultOf } from "@k8s-snapshots/backend-api/toolkit";
import { CredentialsError } from "./credentials-error.ts";
import { type Ec2ErrorMeaning, meaningOf } from "./ec2-error-codes.ts";
import { readVendorError, type VendorError } from "./vendor-error.ts";

/** What was being done, for the message. */
export interface Attempt {
  /** The IAM action: `ec2:CreateSnapshot`. */
  readonly action: string;
  /** The object of it: `vol-0123456789abcdef0`. */
  readonly object: string;
  readonly region: string;
  /** The account that the credentials are of, where they say so. */
  readonly account: string | undefined;
  /** Whether the endpoint is not the region's own, so that it says nothing about the region. */
  readonly hasOwnEndpoint: boolean;
}

/** What EC2, the SDK or the network said, in the contract's terms, with EC2's own words. */
export function toBackendError(error: unknown, attempt: Attempt): BackendError {
  if (isBackendError(error)) return error;
  const doing = `${attempt.action} of ${attempt.object} in ${attempt.region}`;
  if (error instanceof CredentialsError) return error.toBackendError(doing);
  const vendor = readVendorError(error);
  if (vendor.systemCode === "ENOTFOUND" && !attempt.hasOwnEndpoint) {
    // It may also be the name server's fault: that passes.
    const message = `${doing}: there is no region ${attempt.region}, for its host name is unknown: correct the region`;
    return new BackendError("invalid", message, {
      scope: "location",
      retryable: true,
      cause: causeOf(vendor, "invalid"),
    });
  }
  const { code, scope, retryable, retryAfterMs, fix } = toMeaning(vendor, attempt);
  const wait = code === "throttled" || code === "unavailable" ? (vendor.retryAfterMs ?? retryAfterMs) : retryAfterMs;
  return new BackendError(code, `${doing}: ${saidBy(vendor, code)}${fix === undefined ? "" : `: ${fix}`}`, {
    scope: scope === "object" ? scopeOf(attempt) : scope,
    ...(retryable === undefined ? {} : { retryable }),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    outcome: mayBeDone(error, vendor, code) ? "unknown" : "not-done",
    cause: causeOf(vendor, code),
  });
}

/** EC2's code for an error, or the SDK's name of it. */
export function vendorCode(error: unknown): string {
  return readVendorError(error).name;
}

type Meaning = Omit<Ec2ErrorMeaning, "source">;

/** Whose id the object is; an instance is asked about for the sake of its disks. A list and a region have none. */
function scopeOf({ object }: Attempt): BackendErrorScope {
  if (object.startsWith("snap-")) return "snapshot";
  return object.startsWith("vol-") || object.startsWith("i-") ? "disk" : "location";
}

function toMeaning(vendor: VendorError, attempt: Attempt): Meaning {
  const meaning: Meaning = locks(vendor, attempt) ?? meaningOf(vendor.name) ?? meaningOfStatus(vendor);
  const fix = meaning.fix ?? fixFor(meaning.code, attempt);
  return fix === undefined ? meaning : { ...meaning, fix };
}

/**
 * AWS documents snapshot locks, but not the code of a deletion that they forbid. A deletion that lacks a permission is an
 * `UnauthorizedOperation`: one that is not permitted has another reason.
 */
function locks({ name }: VendorError, { action }: Attempt): Meaning | undefined {
  const isLock = name === "OperationNotPermitted" && action === "ec2:DeleteSnapshot";
  return isLock ? { code: "locked", scope: "snapshot" } : undefined;
}

function meaningOfStatus({ status, systemCode, name }: VendorError): Meaning {
  const isNetwork = systemCode !== undefined || name === "TimeoutError" || name === "AbortError";
  if (isNetwork || (status ?? 0) >= 500) return { code: "unavailable", scope: "location" };
  if (status === 401) return { code: "unauthenticated", scope: "account" };
  if (status === 403) return { code: "forbidden", scope: "location" };
  if (status === 429) return { code: "throttled", scope: "location" };
  return { code: "unexpected", scope: "object" };
}

/** Where EC2 refused, it did nothing; where it failed, or was understood by nobody, it may have. */
function mayBeDone(error: unknown, { status }: VendorError, code: BackendErrorCode): boolean {
  if (code === "unavailable") return networkFaultOf(error)?.mayHaveArrived !== false;
  return code === "unexpected" && (status === undefined || status < 300);
}

function saidBy({ name, status, systemCode, words }: VendorError, code: BackendErrorCode): string {
  const said = name === "Unknown" ? `HTTP status ${status}` : (systemCode ?? name);
  return mayHoldSecrets(code) || words === "" || words === said ? said : `${said} ("${words}")`;
}

function fixFor(code: BackendErrorCode, { action, region, account }: Attempt): string | undefined {
  if (code === "locked") return "a snapshot lock forbids it: unlock the snapshot, or wait until the lock expires";
  if (code === "forbidden") return `allow ${action} to the role or user of the credentials`;
  if (code === "not-found") {
    const where = account === undefined ? "the account of the credentials" : `account ${account}`;
    return `it is not in region ${region} of ${where}: correct the region or the id, or use that account's credentials`;
  }
  if (code !== "unauthenticated") return undefined;
  return (
    "the credentials are expired or not accepted: renew them, set the machine's clock, and enable " +
    `${region} for the account if it is off`
  );
}

/** The words about refused credentials may repeat the signed request. */
function mayHoldSecrets(code: BackendErrorCode): boolean {
  return code === "unauthenticated";
}

/** The SDK's error without its hidden `$response`. */
function causeOf({ name, words, status, systemCode, requestId }: VendorError, code: BackendErrorCode): Error {
  const text = mayHoldSecrets(code) ? "text left out" : words;
  const facts = { code: systemCode ?? name, ...(status ? { status } : {}), ...(requestId ? { requestId } : {}) };
  return Object.assign(new Error(`${name}: ${text}`), facts);
}
