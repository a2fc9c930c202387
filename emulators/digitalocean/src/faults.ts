import { ApiError } from "./api-error.ts";
import { matchesRequest, type RequestInfo, type RequestMatch } from "./request-log.ts";

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
export type RequestFault =
  | { readonly kind: "answer"; readonly error: ApiError }
  | { readonly kind: "answer-text"; readonly status: number; readonly text: string }
  | { readonly kind: "hang"; readonly reached: () => void }
  | { readonly kind: "delay"; readonly milliseconds: number }
  | { readonly kind: "cut" }
  | { readonly kind: "lose-answer" }
  | { readonly kind: "garble"; readonly status: number; readonly text: string }
  | { readonly kind: "change-page"; readonly change: (page: ListPage) => object };

/** The answer of a list. */
export interface ListPage {
  readonly links: { readonly pages?: { readonly next?: string } };
  readonly meta: { readonly total: number };
  readonly [objects: string]: unknown;
}

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
  answer(match: RequestMatch, { status, id, message, headers }: FaultAnswer, times = 1): void {
    const usual = usualIds[status] ?? "error";
    const error = new ApiError(status, id ?? usual, message ?? `the emulator was told to answer ${status}`, headers);
    this.#plan(match, { kind: "answer", error }, times);
  }

  /** Answers with that text, as a proxy in between may, instead of carrying out the request. */
  answerText(match: RequestMatch, status: number, text: string, times = 1): void {
    this.#plan(match, { kind: "answer-text", status, text }, times);
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

  /** Carries out the request, and answers with that text. */
  garble(match: RequestMatch, text: string, status = 200, times = 1): void {
    this.#plan(match, { kind: "garble", status, text }, times);
  }

  /** Answers a list with something else than the page that it is: empty, another total, a link to elsewhere. */
  changePage(match: RequestMatch, change: (page: ListPage) => object, times = 1): void {
    this.#plan(match, { kind: "change-page", change }, times);
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
