/** A refusal as DigitalOcean words it. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, id: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.id = id;
    this.headers = headers;
  }

  toBody(): { readonly id: string; readonly message: string; readonly request_id: string } {
    return { id: this.id, message: this.message, request_id: crypto.randomUUID() };
  }
}

export function notFound(): ApiError {
  return new ApiError(404, "not_found", "The resource you requested could not be found.");
}

export function unprocessable(message: string): ApiError {
  return new ApiError(422, "unprocessable_entity", message);
}
