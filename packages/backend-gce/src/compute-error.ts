import { brokenConnection, networkFaultOf, retryAfterMs } from "@k8s-snapshots/backend-api/toolkit";

const longestMessage = 1_000;
const longestReason = 100;

interface ComputeErrorDetails {
  /** HTTP status; left out if there was no answer. */
  readonly status?: number;

  /** Default: empty. */
  readonly reason?: string;
  readonly retryAfterMs?: number | undefined;

  /** Default: true. */
  readonly isSent?: boolean;
}

/** Compute Engine refused, or there was no answer. The message is Google's own. */
export class ComputeError extends Error {
  override readonly name = "ComputeError";

  /** HTTP status; `undefined` if there was no answer. */
  readonly status: number | undefined;

  /** Google's word for it, as `notFound`; empty if there was no answer. */
  readonly reason: string;

  /** When Google asked to be left alone for a time: how long, in milliseconds; an hour at most. */
  readonly retryAfterMs: number | undefined;

  /** Whether Compute Engine may have received the request. */
  readonly isSent: boolean;

  constructor(message: string, { status, reason = "", retryAfterMs, isSent = true }: ComputeErrorDetails = {}) {
    super(withoutTokens(message).slice(0, longestMessage));
    this.status = status;
    this.reason = withoutTokens(reason).slice(0, longestReason);
    this.retryAfterMs = retryAfterMs;
    this.isSent = isSent;
  }

  /** @see {@link https://cloud.google.com/apis/design/errors#http_mapping} */
  static ofAnswer(status: number, answer: unknown, headers: Headers = new Headers()): ComputeError {
    const { error } = (answer ?? {}) as { error?: { message?: unknown; errors?: unknown } };
    const [first] = Array.isArray(error?.errors) ? (error.errors as ({ reason?: unknown } | null)[]) : [];
    const message = typeof error?.message === "string" ? error.message : "";
    return new ComputeError(message || (status < 400 ? redirection(headers) : ""), {
      status,
      reason: typeof first?.reason === "string" ? first.reason : "",
      retryAfterMs: retryAfterOf(headers),
    });
  }

  /**
   * @param error - of Google's SDK, whose causes say more
   * @param isSent - whether it was handed to the network
   */
  static ofTransport(error: unknown, isSent: boolean): ComputeError {
    const { reason, mayHaveArrived } = networkFaultOf(error) ?? brokenConnection;
    return new ComputeError(reason, { isSent: isSent && mayHaveArrived });
  }
}

/** Measured by the clock that wrote it. One that has passed asks for nothing. */
function retryAfterOf(headers: Headers): number | undefined {
  return retryAfterMs(headers.get("retry-after"), Date.parse(headers.get("date") ?? "")) || undefined;
}

function redirection(headers: Headers): string {
  const location = URL.parse(headers.get("location") ?? "")?.origin ?? "elsewhere";
  return `redirected to ${location}, which is not followed: check GOOGLE_COMPUTE_CUSTOM_ENDPOINT and proxies`;
}

/** Google repeats no token; a proxy on the way may. */
export function withoutTokens(text: string): string {
  return text.replace(/Bearer\s+\S+|ya29\.\S+/gi, "(a token)");
}
