import { printable } from "./printable.ts";

/**
 * What went wrong, in terms the scheduler acts on. Codes are stable; messages are for people and may change.
 *
 * | code | means |
 * |---|---|
 * | `aborted` | the caller's signal fired |
 * | `forbidden` | the credentials are good, the permission is missing |
 * | `in-use` | something depends on the object |
 * | `invalid` | the request can never succeed as it is: a malformed or missing field, an unknown region |
 * | `limit-reached` | a quota is used up; more of the same will not help, unless it is `retryable`: too many are pending, and waiting helps |
 * | `locked` | a lock, a retention or a compliance policy of the storage system forbids the deletion of this snapshot |
 * | `not-found` | the disk, snapshot or volume does not exist |
 * | `throttled` | too many requests; slow down |
 * | `unauthenticated` | no credentials, or they are expired or not accepted |
 * | `unavailable` | the storage system cannot be reached, timed out, or failed on its side |
 * | `unexpected` | an answer that the backend does not understand |
 */
export type BackendErrorCode =
  | "aborted"
  | "forbidden"
  | "in-use"
  | "invalid"
  | "limit-reached"
  | "locked"
  | "not-found"
  | "throttled"
  | "unauthenticated"
  | "unavailable"
  | "unexpected";

/**
 * Whom an error is about, and so how much the scheduler pauses for it: a rate limit of one disk pauses that disk, and
 * expired credentials all locations of the backend.
 */
export type BackendErrorScope = "snapshot" | "disk" | "location" | "account";

/** Details of a {@link BackendError}. */
export interface BackendErrorOptions {
  /**
   * Whom the error is about. Default by code: the snapshot for `in-use` and `locked`; the disk for `aborted`, `invalid`,
   * `limit-reached`, `not-found` and `unexpected`; the location for `forbidden`, `throttled` and `unavailable`; the
   * account for `unauthenticated`. A quota of the whole region and a rate limit of one disk need to say so here.
   */
  readonly scope?: BackendErrorScope;

  /** Whether the same call may succeed later with nothing changed. Default: `throttled` and `unavailable` may. */
  readonly retryable?: boolean;

  /** When the storage system asked to be left alone for a time: how long, in milliseconds. */
  readonly retryAfterMs?: number;

  /**
   * `unknown` if the storage system may have carried out the request although the call failed (a lost answer).
   * Default: `not-done`.
   */
  readonly outcome?: "not-done" | "unknown";

  /** The vendor's error. It is logged: remove credentials first. */
  readonly cause?: unknown;
}

const marker = Symbol.for("@k8s-snapshots/backend-api/BackendError");
const retryableByDefault: ReadonlySet<BackendErrorCode> = new Set(["throttled", "unavailable"]);

const defaultScopes = {
  aborted: "disk",
  forbidden: "location",
  "in-use": "snapshot",
  invalid: "disk",
  "limit-reached": "disk",
  locked: "snapshot",
  "not-found": "disk",
  throttled: "location",
  unauthenticated: "account",
  unavailable: "location",
  unexpected: "disk",
} as const satisfies Record<BackendErrorCode, BackendErrorScope>;

/** The one error that a backend rejects with. Test for it with {@link isBackendError}, not with `instanceof`. */
export class BackendError extends Error {
  override readonly name = "BackendError";
  readonly code: BackendErrorCode;
  readonly scope: BackendErrorScope;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly outcome: "not-done" | "unknown";
  /** @internal */
  readonly [marker] = true;

  /**
   * @param message - what happened, to which object, and what to do: `vol-0a1 does not exist in eu-west-1: remove the
   *   annotation, or …`. What a terminal would act on is escaped: see {@link printable}
   */
  constructor(code: BackendErrorCode, message: string, options: BackendErrorOptions = {}) {
    super(printable(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.scope = options.scope ?? defaultScopes[code];
    this.retryable = options.retryable ?? retryableByDefault.has(code);
    this.retryAfterMs = options.retryAfterMs;
    this.outcome = options.outcome ?? "not-done";
  }
}

/** Whether `error` is a {@link BackendError}, also one from another copy of this package. */
export function isBackendError(error: unknown): error is BackendError {
  return typeof error === "object" && error !== null && (error as Record<symbol, unknown>)[marker] === true;
}
