import {
  BackendError,
  type BackendErrorCode,
  type BackendErrorOptions,
  type BackendErrorScope,
  printable,
} from "@k8s-snapshots/backend-api";
import { brokenConnection, networkFaultOf, retryAfterMs } from "@k8s-snapshots/backend-api/toolkit";

/** An answer that is no success. */
export interface DigitalOceanRefusal {
  readonly status: number;

  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, unknown>>;

  /** JSON `{ id, message }`, if it is DigitalOcean's own. */
  readonly text: string;

  /** When it came, in milliseconds since the epoch. */
  readonly now: number;
}

/** What is known of the call that was refused. */
export interface RefusedCall {
  readonly doing: string;
  readonly scopes: readonly string[];
  readonly changes?: boolean;

  /** What the object of the call is. Default: the disk. */
  readonly about?: BackendErrorScope | undefined;
}

const codes: Readonly<Record<number, BackendErrorCode>> = {
  400: "invalid",
  401: "unauthenticated",
  403: "forbidden",
  404: "not-found",
  409: "in-use",
  422: "invalid",
  429: "throttled",
};

/** A quota that is used up is told by the message only: the status is 403 or 422. */
const quota = /limit (?:has been )?(?:exceeded|reached)|(?:exceed\w*|reached) .*\blimit|too many snapshots/i;

/** Of those, what counts all volumes and snapshots together. */
const accountQuota = /capacity|account|team/i;

/** What is about the object of the request. */
const codesOfObjects: ReadonlySet<BackendErrorCode> = new Set(["in-use", "invalid", "not-found", "unexpected"]);

/** Volumes take one snapshot in ten minutes; the refusal is a 429, as that of too many requests is. */
const volumeRate = /one request per ((?:\d+h)?(?:\d+m)?(?:\d+s)?)/i;

/** The hour is what DigitalOcean counts requests by. */
const longestWaitMs = 3_600_000;
const longestMessage = 300;

/** What DigitalOcean said, in the contract's terms. */
export function errorOfAnswer(refusal: DigitalOceanRefusal, call: RefusedCall): BackendError {
  const { status, text } = refusal;
  const said = messageOf(text);
  const code = codeOf(status, said);
  const words = printable((said ?? text).replaceAll(/\s+/g, " ").trim(), longestMessage);
  const message = `${call.doing}: HTTP status ${status}${words && `, "${words}"`}${advice(code, call)}`;
  return new BackendError(code, message, detailsOf(code, said ?? "", refusal, call));
}

/**
 * No answer came, or none that could be read. Nothing of the error itself is kept: axios's holds the request's headers.
 *
 * @param limitMs - the time limit in milliseconds, if it is over
 */
export function errorOfTransport(
  error: unknown,
  { doing, changes = false }: Pick<RefusedCall, "doing" | "changes">,
  limitMs?: number,
): BackendError {
  const fault = networkFaultOf(error) ?? brokenConnection;
  const isUnknown = changes && (limitMs !== undefined || fault.mayHaveArrived);
  const reason = limitMs === undefined ? fault.reason : `no answer within ${limitMs / 1000} s`;
  return new BackendError("unavailable", `${doing}: ${reason}`, { outcome: isUnknown ? "unknown" : "not-done" });
}

/** An answer that is not as DigitalOcean documents it. */
export function unexpected(
  { doing, changes = false, about = "disk" }: Pick<RefusedCall, "doing" | "changes" | "about">,
  what: string,
): BackendError {
  const outcome = changes ? "unknown" : "not-done";
  return new BackendError("unexpected", `${doing}: DigitalOcean answered with ${what}`, { scope: about, outcome });
}

function codeOf(status: number, said: string | undefined): BackendErrorCode {
  if ((status === 403 || status === 422) && said !== undefined && quota.test(said)) return "limit-reached";
  // A proxy's, or another server's. A snapshot would count as deleted.
  if (status === 404 && said === undefined) return "unexpected";
  return codes[status] ?? (status >= 500 ? "unavailable" : "unexpected");
}

function detailsOf(
  code: BackendErrorCode,
  said: string,
  { headers, now }: DigitalOceanRefusal,
  { changes = false, about = "disk" }: RefusedCall,
): BackendErrorOptions {
  const scope = codesOfObjects.has(code) ? { scope: about } : {};
  if ((code === "unavailable" || code === "unexpected") && changes) return { ...scope, outcome: "unknown" };
  // Something else is being done with the volume or snapshot, which comes to its end.
  if (code === "in-use") return { ...scope, retryable: true };
  if (code === "limit-reached") return { scope: accountQuota.test(said) ? "account" : "disk" };
  if (code !== "throttled") return scope;
  const ofVolume = durationOf(volumeRate.exec(said)?.[1]);
  if (ofVolume !== undefined) return { scope: "disk", retryAfterMs: ofVolume };
  const asked = retryAfter(headers, now);
  // All calls of the account share one limit.
  return { scope: "account", ...(asked !== undefined && { retryAfterMs: asked }) };
}

/** @see {@link https://docs.digitalocean.com/reference/api/reference/#rate-limit} */
function retryAfter(headers: DigitalOceanRefusal["headers"], now: number): number | undefined {
  const reset = Number(headers["ratelimit-reset"] ?? Number.NaN) * 1000 - now;
  const wait = retryAfterMs(String(headers["retry-after"] ?? ""), now) ?? reset;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 1000), longestWaitMs);
}

/** Milliseconds of `10m0s`. */
function durationOf(text: string | undefined): number | undefined {
  const [, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text ?? "") ?? [];
  const milliseconds = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return milliseconds > 0 ? Math.min(milliseconds, longestWaitMs) : undefined;
}

/** @returns `undefined` of what is not DigitalOcean's */
function messageOf(text: string): string | undefined {
  try {
    const { message } = (JSON.parse(text) ?? {}) as { message?: unknown };
    return typeof message === "string" ? message.slice(0, longestMessage) : undefined;
  } catch {
    return undefined;
  }
}

function advice(code: BackendErrorCode, { scopes }: RefusedCall): string {
  if (code === "forbidden") return `: give the token the scopes ${scopes.join(" and ")}`;
  if (code === "unauthenticated") return ": DIGITALOCEAN_ACCESS_TOKEN is expired, revoked or wrong: set a valid token";
  return "";
}
