import {
  BackendError,
  type BackendErrorCode,
  type BackendErrorOptions,
  type BackendErrorScope,
  type CallOptions,
} from "@k8s-snapshots/backend-api";

/** An answer that is no success. */
export interface DigitalOceanRefusal {
  readonly response: Pick<Response, "status" | "headers">;

  /** Its JSON, as parsed: `{ id, message }`, if it is DigitalOcean's own. */
  readonly body: unknown;

  /** When it came, in milliseconds since the epoch. */
  readonly now: number;
}

/** What is known of the request that was refused. */
export interface RefusedRequest {
  readonly method: string;
  readonly doing: string;
  readonly scopes: readonly string[];

  /** What the object of the request is. Default: the disk. */
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
export function errorOfAnswer(refusal: DigitalOceanRefusal, request: RefusedRequest): BackendError {
  const { status } = refusal.response;
  const said = messageOf(refusal.body);
  const isQuota = (status === 403 || status === 422) && quota.test(said);
  const code = isQuota ? "limit-reached" : (codes[status] ?? (status >= 500 ? "unavailable" : "unexpected"));
  const message = `${request.doing}: HTTP status ${status}${said && `, ${said}`}${advice(code, request)}`;
  return new BackendError(code, message, detailsOf(code, said, refusal, request));
}

/** No answer came, or none that could be read. */
export function errorOfTransport(
  error: unknown,
  { doing, changes }: { readonly doing: string; readonly changes: boolean },
): BackendError {
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } };
  const reason = name === "TimeoutError" ? "no answer in time" : String(cause?.code ?? "the connection broke");
  const neverSent = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"].includes(reason);
  // Nothing of the error itself is kept: undici's may hold the request's headers.
  return new BackendError("unavailable", `${doing}: ${reason}`, {
    outcome: changes && !neverSent ? "unknown" : "not-done",
  });
}

/** @throws {BackendError} `aborted` if the caller's signal has fired. */
export function throwIfAborted(options: CallOptions | undefined): void {
  if (!options?.signal?.aborted) return;
  throw new BackendError("aborted", "the caller aborted the call", { cause: options.signal.reason });
}

/** An answer that is not as DigitalOcean documents it. */
export function unexpected(
  { method, doing, about = "disk" }: Pick<RefusedRequest, "method" | "doing" | "about">,
  what: string,
): BackendError {
  const outcome = method === "GET" ? "not-done" : "unknown";
  return new BackendError("unexpected", `${doing}: DigitalOcean answered with ${what}`, { scope: about, outcome });
}

function detailsOf(
  code: BackendErrorCode,
  said: string,
  { response, now }: DigitalOceanRefusal,
  { method, about = "disk" }: RefusedRequest,
): BackendErrorOptions {
  const scope = codesOfObjects.has(code) ? { scope: about } : {};
  if ((code === "unavailable" || code === "unexpected") && method !== "GET") return { ...scope, outcome: "unknown" };
  // Something else is being done with the volume or snapshot, which comes to its end.
  if (code === "in-use") return { ...scope, retryable: true };
  if (code === "limit-reached") return { scope: accountQuota.test(said) ? "account" : "disk" };
  if (code !== "throttled") return scope;
  const ofVolume = durationOf(volumeRate.exec(said)?.[1]);
  if (ofVolume !== undefined) return { scope: "disk", retryAfterMs: ofVolume };
  const retryAfterMs = retryAfter(response.headers, now);
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

/** @see {@link https://docs.digitalocean.com/reference/api/reference/#rate-limit} */
function retryAfter(headers: Headers, now: number): number | undefined {
  const after = headers.get("retry-after");
  const seconds = Number(after ?? Number.NaN);
  const date = Number.isNaN(seconds) ? Date.parse(after ?? "") : now + seconds * 1000;
  const reset = Number(headers.get("ratelimit-reset") ?? Number.NaN) * 1000;
  const at = Number.isNaN(date) ? reset : date;
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - now, 1000), longestWaitMs);
}

/** Milliseconds of `10m0s`. */
function durationOf(text: string | undefined): number | undefined {
  const [, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text ?? "") ?? [];
  const milliseconds = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return milliseconds > 0 ? Math.min(milliseconds, longestWaitMs) : undefined;
}

function messageOf(body: unknown): string {
  const { message } = (body ?? {}) as { message?: unknown };
  return typeof message === "string" ? message.slice(0, longestMessage) : "";
}

function advice(code: BackendErrorCode, { scopes }: RefusedRequest): string {
  if (code === "forbidden") return `: give the token the scopes ${scopes.join(" and ")}`;
  if (code === "unauthenticated") return ": DIGITALOCEAN_ACCESS_TOKEN is expired, revoked or wrong: set a valid token";
  return "";
}
