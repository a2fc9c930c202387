import { type CommonFault, RequestFaults } from "@k8s-snapshots/emulator-support";
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
export type RequestFault = CommonFault | OwnFault;

type OwnFault =
  | { readonly kind: "answer"; readonly error: ApiError }
  | { readonly kind: "garble"; readonly text: string }
  | { readonly kind: "empty-page" }
  | { readonly kind: "fail-operation"; readonly error: OperationFault };

/** What goes wrong, on request. See {@link RequestFaults} for how often. */
export class Faults extends RequestFaults<RequestInfo, RequestMatch, OwnFault> {
  constructor() {
    super(matchesRequest);
  }

  /** Answers with an error instead of carrying out the request. */
  answer(
    match: RequestMatch,
    { code, reason = usualReasons[code] ?? "unknown", message }: FaultAnswer,
    times = 1,
  ): () => void {
    const error = new ApiError(code, reason, message ?? `the emulator was told to answer ${code} ${reason}`);
    return this.plan(match, { kind: "answer", error }, times);
  }

  /** Refuses because too many requests came within a minute. Google says so by a 403, not by a 429. */
  exceedRate(match: RequestMatch, times = 1): () => void {
    const message = "Quota exceeded for quota group 'default' and limit 'Queries per 60 seconds'.";
    return this.answer(match, { code: 403, reason: "rateLimitExceeded", message }, times);
  }

  /** Carries out the request, and answers 200 with that text, as a proxy in between may. */
  garble(match: RequestMatch, text: string, times = 1): () => void {
    return this.plan(match, { kind: "garble", text }, times);
  }

  /** Answers a list with a page that is empty, and a token for what would have been on it. */
  emptyPage(match: RequestMatch, times = 1): () => void {
    return this.plan(match, { kind: "empty-page" }, times);
  }

  /** Accepts the request with HTTP 200, and lets its operation end in an error. Nothing else comes of it. */
  failOperation(match: RequestMatch, error: OperationFault, times = 1): () => void {
    return this.plan(match, { kind: "fail-operation", error }, times);
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
