/** A refusal, in the form that Compute Engine gives it. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status. */
  readonly status: number;
  /** `notFound`, `alreadyExists`, … */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }

  /** The answer's body. */
  toBody(): object {
    const { status: code, reason, message } = this;
    return { error: { code, message, errors: [{ message, domain: "global", reason }] } };
  }
}

/** @param path - from `projects/` on */
export function notFound(path: string): ApiError {
  return new ApiError(404, "notFound", `The resource '${path}' was not found`);
}

/** @param path - from `projects/` on */
export function alreadyExists(path: string): ApiError {
  return new ApiError(409, "alreadyExists", `The resource '${path}' already exists`);
}

/** @param path - from `projects/` on */
export function notReady(path: string): ApiError {
  return new ApiError(400, "resourceNotReady", `The resource '${path}' is not ready`);
}

export function invalidField(field: string, value: unknown, why: string): ApiError {
  return new ApiError(400, "invalid", `Invalid value for field '${field}': '${String(value ?? "")}'. ${why}`);
}

export function invalid(message: string): ApiError {
  return new ApiError(400, "invalid", message);
}
