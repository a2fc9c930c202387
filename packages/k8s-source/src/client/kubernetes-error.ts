/** The API server answered, and the answer is a refusal: a `Status` object, or an HTTP status alone. */
export class KubernetesApiError extends Error {
  override readonly name = "KubernetesApiError";

  /** HTTP status code; within a watch, the code of the `Status` that ended it. */
  readonly status: number;

  /** `Forbidden`, `Expired`, `Conflict`, …, or empty if the answer was no `Status`. */
  readonly reason: string;

  /** How long the API server asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, reason: string, message: string, retryAfterMs?: number) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer: the API server could not be reached, hung up, or took too long. */
export class KubernetesConnectionError extends Error {
  override readonly name = "KubernetesConnectionError";
}

/** An answer that is not what the Kubernetes API promises: no JSON, or no list. */
export class MalformedAnswerError extends Error {
  override readonly name = "MalformedAnswerError";
}

/** The error of a `Status` object, or of an answer that holds something else instead. */
export function apiErrorOf(answer: unknown, httpStatus: number, retryAfterMs?: number): KubernetesApiError {
  const { kind, code, reason, message } = (answer ?? {}) as Partial<Record<string, unknown>>;
  if (kind !== "Status") return new KubernetesApiError(httpStatus, "", `HTTP status ${httpStatus}`, retryAfterMs);
  return new KubernetesApiError(
    typeof code === "number" ? code : httpStatus,
    typeof reason === "string" ? reason : "",
    typeof message === "string" && message !== "" ? message : `HTTP status ${httpStatus}`,
    retryAfterMs,
  );
}

/** Whether a resource version, or the rest of a list, has expired (410 Gone): list again. */
export function isGone(error: unknown): boolean {
  return error instanceof KubernetesApiError && (error.status === 410 || error.reason === "Expired");
}

/** Whether the API server knows no such resource. */
export function isNotFound(error: unknown): boolean {
  return error instanceof KubernetesApiError && error.status === 404;
}
