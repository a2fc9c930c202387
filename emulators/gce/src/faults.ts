import { ApiError } from "./api-error.ts";
import { matchesRequest, type RequestInfo, type RequestMatch } from "./request-match.ts";

/** A refusal to be given. */
export interface FaultAnswer {
  /** HTTP status. */
  readonly code: number;
  /** Default: the usual one for the code. */
  readonly reason?: string;
  readonly message?: string;
}

/** What an operation that fails says. */
export interface OperationFault {
  /** `INTERNAL_ERROR`, `QUOTA_EXCEEDED`, … */
  readonly code: string;
  readonly message?: string;
}

/** What happens to one request. */
export type RequestFault =
  | { readonly kind: "answer"; readonly error: ApiError }
  | { readonly kind: "hang"; readonly reached: () => void }
  | { readonly kind: "delay"; readonly milliseconds: number }
  | { readonly kind: "cut" }
  | { readonly kind: "lose-answer" }
  | { readonly kind: "garble"; readonly text: string }
  | { readonly kind: "empty-page" }
  | { readonly kind: "fail-operation"; readonly error: OperationFault };

interface PlannedFault {
  readonly match: RequestMatch;
  readonly fault: RequestFault;
  left: number;
}

/**
 * What goes wrong, on request. Each fault hits the next `times` requests that match (default: 1; `Infinity` for all).
 * Of several that match, the oldest is taken first.
 */
export class Faults {
  #planned: PlannedFault[] = [];

  /** Answers with an error instead of carrying out the request. */
  answer(
    match: RequestMatch,
    { code, reason = usualReasons[code] ?? "unknown", message }: FaultAnswer,
    times = 1,
  ): void {
    const error = new ApiError(code, reason, message ?? `the emulator was told to answer ${code} ${reason}`);
    this.#plan(match, { kind: "answer", error }, times);
  }

  /** Refuses because too many requests came within a minute. Google says so by a 403, not by a 429. */
  exceedRate(match: RequestMatch, times = 1): void {
    const message = "Quota exceeded for quota group 'default' and limit 'Queries per 60 seconds'.";
    this.answer(match, { code: 403, reason: "rateLimitExceeded", message }, times);
  }

  /** Takes the next request and never answers; the promise resolves when it has come. */
  hang(match: RequestMatch): { readonly reached: Promise<void> } {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#plan(match, { kind: "hang", reached: resolve }, 1);
    return { reached: promise };
  }

  /** Waits before it carries out the request. */
  delay(match: RequestMatch, milliseconds: number, times = 1): void {
    this.#plan(match, { kind: "delay", milliseconds }, times);
  }

  /** Cuts the connection instead of carrying out the request. */
  cut(match: RequestMatch, times = 1): void {
    this.#plan(match, { kind: "cut" }, times);
  }

  /** Carries out the request, and cuts the connection in place of the answer. */
  loseAnswer(match: RequestMatch, times = 1): void {
    this.#plan(match, { kind: "lose-answer" }, times);
  }

  /** Carries out the request, and answers 200 with that text, as a proxy in between may. */
  garble(match: RequestMatch, text: string, times = 1): void {
    this.#plan(match, { kind: "garble", text }, times);
  }

  /** Answers a list with a page that is empty, and a token for what would have been on it. */
  emptyPage(match: RequestMatch, times = 1): void {
    this.#plan(match, { kind: "empty-page" }, times);
  }

  /** Accepts the request with HTTP 200, and lets its operation end in an error. Nothing else comes of it. */
  failOperation(match: RequestMatch, error: OperationFault, times = 1): void {
    this.#plan(match, { kind: "fail-operation", error }, times);
  }

  /** Takes back all faults. */
  clear(): void {
    this.#planned = [];
  }

  /** @internal */
  take(request: RequestInfo): RequestFault | undefined {
    const planned = this.#planned.find(({ match }) => matchesRequest(match, request));
    if (planned === undefined) return undefined;
    planned.left -= 1;
    if (planned.left <= 0) this.#planned = this.#planned.filter((other) => other !== planned);
    return planned.fault;
  }

  #plan(match: RequestMatch, fault: RequestFault, times: number): void {
    this.#planned.push({ match, fault, left: times });
  }
}

const usualReasons: Readonly<Record<number, string>> = {
  400: "invalid",
  401: "authError",
  403: "forbidden",
  404: "notFound",
  409: "alreadyExists",
  412: "conditionNotMet",
  429: "rateLimitExceeded",
  500: "backendError",
  502: "backendError",
  503: "backendError",
  504: "backendError",
};
