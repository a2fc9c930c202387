/** Compute Engine refused, or there was no answer. */
export class ComputeError extends Error {
  override readonly name = "ComputeError";

  /** HTTP status; `undefined` if there was no answer. */
  readonly status: number | undefined;

  /** Google's word for it, as `notFound`; Node's, as `ECONNREFUSED`, if there was no answer; or empty. */
  readonly reason: string;

  constructor(status: number | undefined, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }

  /** @see {@link https://cloud.google.com/apis/design/errors#http_mapping} */
  static ofAnswer(status: number, answer: unknown): ComputeError {
    const { error } = (answer ?? {}) as { error?: { message?: unknown; errors?: { reason?: unknown }[] } };
    const reason = error?.errors?.[0]?.reason;
    const message = error?.message;
    return new ComputeError(
      status,
      typeof reason === "string" ? reason : "",
      typeof message === "string" ? message : `HTTP status ${status}`,
    );
  }

  static ofTransport(error: unknown): ComputeError {
    const { cause } = (error ?? {}) as { cause?: { code?: unknown } };
    const code = typeof cause?.code === "string" ? cause.code : "";
    return new ComputeError(undefined, code, `no answer: ${code || "the connection failed or took too long"}`);
  }
}
