import { type CommonFault, RequestFaults } from "@k8s-snapshots/emulator-support";
import { ApiError } from "./api-error.ts";
import { matchesRequest, type RequestInfo, type RequestMatch } from "./request-match.ts";

/** A refusal to be given. */
export interface FaultAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Default: the usual one for the status. */
  readonly id?: string;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What happens to one request. */
export type RequestFault = CommonFault | OwnFault;

type OwnFault =
  | { readonly kind: "answer"; readonly error: ApiError }
  | { readonly kind: "answer-text"; readonly status: number; readonly text: string }
  | { readonly kind: "garble"; readonly status: number; readonly text: string }
  | { readonly kind: "change-page"; readonly change: (page: ListPage) => object };

/** The answer of a list. */
export interface ListPage {
  readonly links: { readonly pages?: { readonly next?: string } };
  readonly meta: { readonly total: number };
  readonly [objects: string]: unknown;
}

/** What goes wrong, on request. See {@link RequestFaults} for how often. */
export class Faults extends RequestFaults<RequestInfo, RequestMatch, OwnFault> {
  constructor() {
    super(matchesRequest);
  }

  /** Answers with an error instead of carrying out the request. */
  answer(match: RequestMatch, { status, id, message, headers }: FaultAnswer, times = 1): () => void {
    const usual = usualIds[status] ?? "error";
    const error = new ApiError(status, id ?? usual, message ?? `the emulator was told to answer ${status}`, headers);
    return this.plan(match, { kind: "answer", error }, times);
  }

  /** Answers with that text, as a proxy in between may, instead of carrying out the request. */
  answerText(match: RequestMatch, status: number, text: string, times = 1): () => void {
    return this.plan(match, { kind: "answer-text", status, text }, times);
  }

  /** Carries out the request, and answers with that text. */
  garble(match: RequestMatch, text: string, status = 200, times = 1): () => void {
    return this.plan(match, { kind: "garble", status, text }, times);
  }

  /** Answers a list with something else than the page that it is: empty, another total, a link to elsewhere. */
  changePage(match: RequestMatch, change: (page: ListPage) => object, times = 1): () => void {
    return this.plan(match, { kind: "change-page", change }, times);
  }
}

const usualIds: Readonly<Record<number, string>> = {
  400: "bad_request",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  422: "unprocessable_entity",
  429: "too_many_requests",
  500: "server_error",
  503: "service_unavailable",
};
